#pragma once
// Changing a mailbox: flags, copy, move, expunge, append. Each call is one or several transactions of its own; a COMMIT whose answer is
// lost is settled by running it again (with its operation id where running twice would matter).
#include <optional>
#include <string>
#include <vector>

#include "sky/async/task.h"
#include "sky/base/uuid.h"
#include "sky/mailstore/deliver.h"
#include "sky/mailstore/message.h"
#include "sky/mailstore/types.h"

namespace sky::mailstore {

enum class FlagMode { add, remove, replace };

struct FlagChange {
    FlagMode mode = FlagMode::add;
    std::uint16_t system = 0;
    std::vector<std::string> keywords;
};

struct Stored {
    Changed changed;
    std::vector<Placement> placements;    // messages touched, with their flags now, by UID
    std::vector<std::uint32_t> modified;  // UNCHANGEDSINCE failed for these (RFC 7162 §3.1.3)
    std::vector<std::string> keywords;    // the mailbox's keywords after this
};

struct Copied {
    Changed changed;
    std::vector<EmailId> emails;
    UidValidity uid_validity;         // of the target
    std::vector<std::uint32_t> from;  // source UIDs, ascending
    std::vector<std::uint32_t> to;    // the new UIDs, matching
};

struct Expunged {
    Changed changed;
    std::vector<std::uint32_t> uids;
};

struct Append {
    const PreparedMessage* message = nullptr;
    std::uint16_t system = 0;
    std::vector<std::string> keywords;
    std::optional<Time> internal_date;  // default: now
};

struct Appended {
    Changed changed;
    std::vector<Placed> placed;
};

class Writer {
  public:
    Writer(pg::Pool& pool, const Clock& clock) : pool_(&pool), clock_(&clock) {}

    // In slices of 1,000 messages. UIDs that are gone are passed over. Fault::limit when the mailbox has no room for a new keyword.
    Task<Result<Stored>> store(MailboxRef mailbox, UidSet uids, FlagChange change, std::optional<ModSeq> unchanged_since,
                               Deadline deadline);

    // Whole or not at all; messages that are gone are passed over. Within one account. Faults: over_quota, not_found (target).
    Task<Result<Copied>> copy(MailboxRef from, UidSet uids, MailboxId to, Uuid operation, Deadline deadline);
    Task<Result<Copied>> move(MailboxRef from, UidSet uids, MailboxId to, Uuid operation, Deadline deadline);

    // Removes messages marked \Deleted, of these UIDs only if given (UID EXPUNGE). In slices of 1,000.
    Task<Result<Expunged>> expunge(MailboxRef mailbox, std::optional<UidSet> only, Deadline deadline);
    // Removes these, marked or not (POP3 QUIT). All in one transaction.
    Task<Result<Expunged>> remove(MailboxRef mailbox, UidSet uids, Deadline deadline);

    // One or several messages, all or none (MULTIAPPEND). The same operation id never appends twice: it returns the first result.
    // Faults: over_quota, not_found.
    Task<Result<Appended>> append(MailboxRef mailbox, std::vector<Append> messages, Uuid operation, Deadline deadline);

  private:
    pg::Pool* pool_;
    const Clock* clock_;
    ObjectIds ids_;
};

}  // namespace sky::mailstore
