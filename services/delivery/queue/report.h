#pragma once
// The report to a sender whose message failed, put into the queue as a message of its own.
#include <string>
#include <vector>

#include "delivery/queue/context.h"
#include "delivery/queue/verdict.h"

namespace sky::delivery {

// What a report needs to know, fetched before the transaction that writes it.
struct ReportGround {
    std::string header;  // of the failed message; empty when it can't be read any more
    bool addressable = false;
    store::Route route = store::Route::unresolved;  // of the sender
    TenantId target;
    AccountId account;
};
Task<Result<ReportGround>> report_ground(QueueContext& queue, const store::Claimed& message);

// Queues the report on `tx`, which also ends the failed recipients: committed together, so that a crash neither loses nor doubles it. It
// does not go through the Batcher for that reason; a worker delivers it like any queued message, here or elsewhere.
Task<Result<store::MessageKey>> queue_report(QueueContext& queue, pg::Transaction& tx, const store::Claimed& message,
                                             const ReportGround& ground, std::vector<FailedRecipient> failed);

}  // namespace sky::delivery
