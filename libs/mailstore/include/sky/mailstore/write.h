#pragma once
// Changing a mailbox: flags, copy, move, expunge, append, replace. Each call is one or several transactions of its own; a COMMIT whose
// answer is lost is settled by running it again (with its operation id where running twice would matter).
#include <functional>
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

// Which flags the writer may touch (RFC 4314 §4). Others stay as they are, and are not given to a copy.
struct FlagScope {
    std::uint16_t system = all_system_flags;
    enum class Keywords { touched, left } keywords = Keywords::touched;
    bool operator==(const FlagScope&) const = default;
};

struct FlagChange {
    FlagMode mode = FlagMode::add;
    std::uint16_t system = 0;
    std::vector<std::string> keywords;
    FlagScope scope = {};
};

struct Stored {
    Changed changed;
    std::vector<Placement> placements;    // messages touched, with their flags now, by UID
    std::vector<std::uint32_t> modified;  // UNCHANGEDSINCE failed for these (RFC 7162 §3.1.3)
    std::vector<std::string> keywords;    // the mailbox's keywords after this
};

struct Copied {
    Changed changed;  // of the target's account
    std::vector<EmailId> emails;
    UidValidity uid_validity;         // of the target
    std::vector<std::uint32_t> from;  // source UIDs, ascending
    std::vector<std::uint32_t> to;    // the new UIDs, matching
    Changed source = {};              // of the other account that messages were moved out of
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

struct Replaced {
    Changed changed;
    std::optional<Placed> placed;  // none: the old message was gone, and nothing was done
    Changed source;                // where the old message was: the same account, or another
};

class Writer {
  public:
    Writer(pg::Pool& pool, const Clock& clock) : pool_(&pool), clock_(&clock), ids_(own_ids_) {}
    // With ids of a shard's: those that are left from the last write save the next one a round trip.
    Writer(pg::Pool& pool, const Clock& clock, ObjectIds& ids) : pool_(&pool), clock_(&clock), ids_(ids) {}
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    // In slices of 1,000 messages. UIDs that are gone are passed over. Fault::limit when the mailbox has no room for a new keyword.
    Task<Result<Stored>> store(MailboxRef mailbox, UidSet uids, FlagChange change, std::optional<ModSeq> unchanged_since,
                               Deadline deadline);

    // Whole or not at all; messages that are gone are passed over. Within one account. Faults: over_quota, not_found (target).
    Task<Result<Copied>> copy(MailboxRef from, UidSet uids, MailboxId to, Uuid operation, Deadline deadline, FlagScope kept = {});
    Task<Result<Copied>> move(MailboxRef from, UidSet uids, MailboxId to, Uuid operation, Deadline deadline, FlagScope kept = {});
    // The same from one account of a tenant to another. The messages become new emails there, which join the threads that their own
    // message ids belong to; what was copied together stays together.
    Task<Result<Copied>> copy_across(MailboxRef from, UidSet uids, MailboxRef to, Uuid operation, Deadline deadline, FlagScope kept = {});
    Task<Result<Copied>> move_across(MailboxRef from, UidSet uids, MailboxRef to, Uuid operation, Deadline deadline, FlagScope kept = {});

    // Removes messages marked \Deleted, of these UIDs only if given (UID EXPUNGE). In slices of 1,000.
    Task<Result<Expunged>> expunge(MailboxRef mailbox, std::optional<UidSet> only, Deadline deadline);
    // Removes these, marked or not (POP3 QUIT). All in one transaction.
    Task<Result<Expunged>> remove(MailboxRef mailbox, UidSet uids, Deadline deadline);

    // One or several messages, all or none (MULTIAPPEND). The same operation id never appends twice: it returns the first result.
    // Faults: over_quota, not_found (also where the mailbox has no longer the `name` under which it was found).
    Task<Result<Appended>> append(MailboxRef mailbox, std::vector<Append> messages, Uuid operation, Deadline deadline,
                                  std::optional<std::string> name = {});

    // Puts a message into `to` and takes another out of `from`, both or neither, within one account (RFC 8508). The quota counts what is
    // left after both. Faults as append()'s.
    Task<Result<Replaced>> replace(MailboxRef from, Uid old, MailboxRef to, Append message, Uuid operation, Deadline deadline);
    // Called between the slices of store() with how many messages it has dealt with.
    void tell_slices(std::function<void(std::size_t done)> tell) { tell_ = std::move(tell); }

  private:
    pg::Pool* pool_;
    const Clock* clock_;
    ObjectIds own_ids_;
    ObjectIds& ids_;
    std::function<void(std::size_t)> tell_;
};

}  // namespace sky::mailstore
