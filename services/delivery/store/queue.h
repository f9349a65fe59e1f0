#pragma once
// SQL on the queue: queue.message, queue.recipient. Workers see all tenants; every write names the tenant in its key.
#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sky/base/uuid.h"
#include "sky/pg/pool.h"

namespace sky::delivery::store {

enum class Route {
    remote,
    local,
    unresolved,  // where does the address lead now?
    moderation,  // to a group whose moderators have not decided yet
    approved,    // to a group, to all its members
    rejected,    // by a moderator; `last_reply` is what the sender hears
    decision,    // a moderator's word; the address holds the token's digest
    sent,        // a copy for the account's sent mail
};

struct NewMessage {
    QueueId id;
    Uuid ingest;
    BlobId blob;
    std::string sender;
    std::string message_id;
    std::int64_t size = 0;
};
struct NewRecipient {
    QueueId message;
    std::int32_t position = 0;
    std::string recipient;
    std::string original;
    Route route = Route::remote;
    TenantId target;
    AccountId account;
    std::chrono::milliseconds due_in{0};
    std::chrono::milliseconds expires_in{0};
    std::string last_reply;
};
void insert(pg::Transaction& tx, TenantId tenant, std::span<const NewMessage> messages, std::span<const NewRecipient> recipients);

// Which message, of which tenant.
struct MessageKey {
    TenantId tenant;
    QueueId id;
    auto operator<=>(const MessageKey&) const = default;
};

struct ClaimedRecipient {
    std::int32_t position = 0;
    std::string recipient;
    std::string original;
    Route route = Route::remote;
    TenantId target;
    AccountId account;
    int attempts = 0;  // with this one
    int crashes = 0;   // of workers that held it before
    std::int64_t epoch = 0;
    bool expired = false;
    std::string last_reply;
};
struct Claimed {
    MessageKey key;
    Uuid ingest;
    BlobId blob;
    std::string sender;
    std::string message_id;
    std::int64_t size = 0;
    Time queued_at;
    std::vector<ClaimedRecipient> recipients;
};

struct ClaimTerms {
    Uuid worker;
    std::chrono::milliseconds lease{0};
    std::int32_t messages = 0;  // at most
};
// Takes due recipients: of these messages, or the oldest of all. Committed when it returns. A message with very many recipients comes in
// several parts.
Task<Result<std::vector<Claimed>>> claim(pg::Pool& pool, const ClaimTerms& terms, std::span<const MessageKey> among, pg::Deadline deadline);
Task<Result<std::vector<Claimed>>> claim_oldest(pg::Pool& pool, const ClaimTerms& terms, pg::Deadline deadline);
// Takes the recipients of one message whose worker let their lease run out: it may have died of this message. One at a time, so that
// waiting behind a suspect makes no suspect.
Task<Result<std::vector<Claimed>>> claim_crashed(pg::Pool& pool, const ClaimTerms& terms, pg::Deadline deadline);

// Prolongs this worker's leases on these messages. Not on others: a claim whose answer was lost, or work that broke off, must run out.
Task<Result<void>> renew(pg::Pool& pool, Uuid worker, std::span<const MessageKey> messages, std::chrono::milliseconds lease,
                         pg::Deadline deadline);

// Gives back all that this worker still holds, due at once and without counting the attempt: it ends in good order.
Task<Result<std::int64_t>> release(pg::Pool& pool, Uuid worker, pg::Deadline deadline);

// True when all these recipients are still this worker's by their epochs. Committed: asked right before what can't be taken back.
Task<Result<bool>> still_mine(pg::Pool& pool, Uuid worker, const Claimed& message, std::span<const ClaimedRecipient> recipients,
                              std::chrono::milliseconds lease, pg::Deadline deadline);

// In a transaction of the message's tenant: locks the message first, so that two workers on one message see each other's ends.
void lock_message(pg::Transaction& tx, MessageKey key);
struct Fence {
    std::int32_t position = 0;
    std::int64_t epoch = 0;
};
// Recipients that came to an end. Its rows are the positions that were still ours; see positions_of().
pg::Transaction::Ticket remove_ended(pg::Transaction& tx, MessageKey key, Uuid worker, std::span<const Fence> ended);
struct Later {
    Fence fence;
    std::chrono::milliseconds due_in{0};
    std::string last_reply;
    enum class Into { waiting, quarantined, moderation } into = Into::waiting;
};
// The same for those to be tried again.
pg::Transaction::Ticket put_back(pg::Transaction& tx, MessageKey key, Uuid worker, std::span<const Later> later);
std::vector<std::int32_t> positions_of(const pg::Rows& rows);
// The message, when none waits for it any more.
void remove_if_done(pg::Transaction& tx, MessageKey key);

// Waiting messages with their earliest due time, for the index; pages by key.
struct Due {
    MessageKey key;
    Time at;
};
Task<Result<std::vector<Due>>> waiting(pg::Pool& pool, MessageKey after_key, std::int32_t limit, pg::Deadline deadline);
// When these are to be looked at next; those with nothing waiting are left out.
Task<Result<std::vector<Due>>> dues_of(pg::Pool& pool, std::span<const MessageKey> keys, pg::Deadline deadline);
// The same for one, in a transaction: one row, NULL when nothing waits.
pg::Transaction::Ticket due_of(pg::Transaction& tx, MessageKey key);

struct Depth {
    std::int64_t waiting = 0, claimed = 0, quarantined = 0, held = 0;
    std::int64_t oldest_seconds = 0;
};
Task<Result<Depth>> depth(pg::Pool& pool, pg::Deadline deadline);

}  // namespace sky::delivery::store
