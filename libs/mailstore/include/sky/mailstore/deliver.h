#pragma once
// Delivery of many messages to many recipients of one tenant, joined to the caller's transaction. Two round trips however many they
// are, and one more when a pool is asked; the last travels with the caller's COMMIT. Locks: accounts, blobs, pools, each in order.
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sky/async/task.h"
#include "sky/mailstore/message.h"
#include "sky/mailstore/types.h"

namespace sky::mailstore {

// Which of an account's mailboxes, where none is named: the INBOX, or the one for sent mail (RFC 6154 §2).
enum class Folder { inbox, sent };

struct Recipient {
    AccountId account;
    std::optional<MailboxId> mailbox;  // default: `folder`
    std::string prefix;                // header lines of this recipient, each with CRLF
    Time internal_date;
    std::uint16_t flags = 0;     // SystemFlag bits
    std::uint64_t keywords = 0;  // bits of that mailbox's keywords; see Flags
    Folder folder = Folder::inbox;
    // The addresses that led here, best first. In a tree of public folders they name one, by the local part or by what stands behind a
    // separator in it (RFC 5233), in any case: the mail goes there if anyone may post there (right "p", RFC 4314 §2.1), else to the INBOX.
    std::vector<std::string> written_to = {};
};

struct Delivery {
    const PreparedMessage* message = nullptr;
    std::vector<Recipient> recipients;  // may be empty: then only the blob is stored (for the queue)
};

struct Delivered {
    BlobId blob;
    // One per recipient, in order. Faults: over_quota, not_found (no such account or mailbox), unavailable (Busy::skip and another
    // writer holds the account, or what is left of its pool: try again in the next batch).
    std::vector<Result<Placed>> outcomes;
};

enum class Busy { wait, skip };

// Ids for new objects, taken from the database in blocks. One per shard, beside its pool.
class ObjectIds {
  public:
    Task<Result<void>> reserve(pg::Transaction& tx, std::size_t count);
    std::int64_t next();  // only after reserve()

  private:
    std::vector<std::int64_t> free_;
};

// The octets of messages that are about to be put into mailboxes, in a transaction of its own that does not wait for the disk: whatever
// refers to them commits later, and waits. Little is left to write then. What nobody comes for is collected after a day.
Task<Result<void>> store_ahead(pg::Pool& pool, TenantId tenant, ObjectIds& ids, std::vector<const PreparedMessage*> messages,
                               Deadline deadline);

// The writes are queued on `tx` when this returns; a failure of theirs shows at its commit(). The order of results is the order given.
// Publish (account, modseq) of the outcomes after COMMIT.
Task<Result<std::vector<Delivered>>> deliver(pg::Transaction& tx, TenantId tenant, ObjectIds& ids, std::span<const Delivery> deliveries,
                                             Busy busy);

}  // namespace sky::mailstore
