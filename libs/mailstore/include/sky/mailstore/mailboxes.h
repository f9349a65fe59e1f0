#pragma once
// Mailbox names: list, create, rename, delete, subscribe (RFC 9051 §6.3).
#include <string>
#include <string_view>
#include <vector>

#include "sky/async/task.h"
#include "sky/mailstore/types.h"

namespace sky::mailstore {

inline constexpr std::int64_t most_mailboxes = 10'000;  // of an account

struct Names {
    std::vector<Mailbox> mailboxes;                 // by name
    std::vector<std::string> subscribed_elsewhere;  // subscribed names without a mailbox
};

// A name we keep: UTF-8, no control characters, no empty level, at most 50 levels and 1,000 octets, INBOX in capitals.
// Fault::unsupported otherwise.
Result<std::string> canonical_name(std::string_view name);

class Mailboxes {
  public:
    explicit Mailboxes(pg::Pool& pool) : pool_(&pool) {}

    Task<Result<Names>> list(AccountRef account, Deadline deadline);
    // Fault::not_found. Names go through canonical_name() everywhere here.
    Task<Result<Mailbox>> find(AccountRef account, std::string name, Deadline deadline);
    Task<Result<Mailbox>> find(MailboxRef mailbox, Deadline deadline);
    Task<Result<Mailbox>> inbox(AccountRef account, Deadline deadline);

    // Makes missing levels above too. Fault::already_exists; a name that was not selectable becomes so. Fault::wrong_state where
    // another mailbox has this use: who files by it finds one (RFC 6154 §3). Fault::limit past most_mailboxes.
    Task<Result<Mailbox>> create(AccountRef account, std::string name, SpecialUse use, Deadline deadline);
    // With everything below it. INBOX: its messages move, it stays and is empty (RFC 9051 §6.3.6).
    Task<Result<Changed>> rename(AccountRef account, std::string from, std::string to, Deadline deadline);
    // With mailboxes below it, it stays as a name that can't be selected (RFC 9051 §6.3.5). Fault::forbidden for INBOX.
    Task<Result<Changed>> remove(AccountRef account, std::string name, Deadline deadline);
    Task<Result<Changed>> subscribe(AccountRef account, std::string name, Deadline deadline);
    Task<Result<Changed>> unsubscribe(AccountRef account, std::string name, Deadline deadline);

  private:
    pg::Pool* pool_;
};

}  // namespace sky::mailstore
