#pragma once
// SQL for the operator's view of the queue, over all tenants.
#include <string>
#include <vector>

#include "delivery/store/queue.h"

namespace sky::delivery::store {

// Which recipients are meant.
struct Selection {
    std::string recipient;  // an address, "@domain", or empty: all
    QueueId message;        // zero: all
};

struct Entry {
    MessageKey key;
    std::string sender;
    std::string recipient;
    std::int64_t size = 0;
    Time queued_at;
    Time due_at;
    int attempts = 0;
    std::string last_reply;
    std::string state;  // waiting, claimed, quarantined, moderation
};
// The oldest first.
Task<Result<std::vector<Entry>>> list(pg::Pool& pool, const Selection& selection, std::int32_t limit, pg::Deadline deadline);

// Makes waiting and quarantined recipients due now, not those that wait for a moderator; the messages they belong to.
struct Flushed {
    std::int64_t recipients = 0;
    std::vector<MessageKey> messages;
};
Task<Result<Flushed>> flush(pg::Pool& pool, const Selection& selection, pg::Deadline deadline);

// Ends waiting and quarantined recipients without a report, in the ledger as removed; at most 10,000 messages a call. What a worker holds
// stays.
Task<Result<std::int64_t>> remove(pg::Pool& pool, const Selection& selection, pg::Deadline deadline);

}  // namespace sky::delivery::store
