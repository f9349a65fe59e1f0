#pragma once
// Whose mailboxes a session may meet besides its own, and who it is to them. The directory says in which groups the user is, what was
// opened to him as a whole and which public folders there are; the store's access control lists say the rest. Both are kept in memory and
// looked at again so often that what was taken away is gone within five seconds.
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "imap/house.h"
#include "sky/mailstore/rights.h"

namespace sky::imapd {

// RFC 2342 §3; no mailbox of one's own has such a name.
inline constexpr std::string_view other_users = "Other Users";
inline constexpr std::string_view public_folders = "Public Folders";
// The name of a namespace's top, or one below it.
bool is_elsewhere(std::string_view name);

// Somebody else's account, or a tree of public folders.
struct Neighbour {
    store::AccountRef account;
    std::string prefix;   // of its mailboxes' names: "Other Users/ada@example.test/"
    std::string address;  // the account's
    enum class Owner { somebody, nobody } owner = Owner::nobody;
    enum class Opened { whole, by_lists } opened = Opened::by_lists;
    std::shared_ptr<AccountWatch> watch;
};

class Neighbours {
  public:
    Neighbours(House& house, store::AccountRef own) : house_(&house), own_(own) {}

    // All of whom he may reach some mailbox, by prefix.
    Task<Result<std::vector<Neighbour>>> all(Deadline deadline);
    // Nothing where the name is nobody's that the user may know of.
    Task<Result<std::optional<Neighbour>>> of_name(std::string name, Deadline deadline);
    Task<Result<std::optional<Neighbour>>> of_account(AccountId account, Deadline deadline);

    // The account's mailboxes and their lists as of now, or a few seconds ago.
    Task<Result<SharedAccountState>> state(Neighbour of, Deadline deadline);
    // MailboxRef::reader for mailboxes of an account that was met: the user, where nobody owns them, so that everyone sees what he himself
    // has read; nobody in those of another person, whose state is that person's.
    AccountId reads_as(AccountId account) const;
    // What the user may do there.
    store::Rights rights(const Neighbour& of, const AccountState& state, MailboxId mailbox) const;

  private:
    using Moment = std::chrono::steady_clock::time_point;
    Task<Result<void>> know_standing(Deadline deadline);
    Task<Result<void>> know_accounts(Deadline deadline);
    Task<Result<void>> know_names(std::vector<std::int64_t> accounts, Deadline deadline);
    void add(const identity::Neighbour& who, std::string prefix);

    House* house_;
    store::AccountRef own_;
    std::optional<identity::Standing> standing_;
    Moment standing_read_{};
    store::Subject subject_;
    std::optional<Moment> accounts_read_;
    std::map<AccountId, identity::Neighbour> names_;  // as the standing's version of the directory has them
    std::map<AccountId, Neighbour> neighbours_;
};

}  // namespace sky::imapd
