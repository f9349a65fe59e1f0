#pragma once
// Writes down what a round came to: ends in queue and ledger, pauses, and the report to the sender, all in one transaction.
#include <optional>
#include <vector>

#include "delivery/queue/context.h"
#include "delivery/queue/verdict.h"

namespace sky::delivery {

struct Ended {
    std::optional<Time> due;                 // when the message is to be looked at next; none: never by us
    std::vector<store::MessageKey> letters;  // queued and due
};

// Returns once it is committed; while PostgreSQL is away it keeps trying until cancelled, because what it knows (the next hop's 250) nobody
// else does. Rows that another worker took over meanwhile are left alone. Nothing: given up, the lease will run out.
Task<std::optional<Ended>> end(QueueContext& queue, const store::Claimed& message, Decision decision);

}  // namespace sky::delivery
