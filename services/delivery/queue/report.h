#pragma once
// The report to a sender whose message failed, put into the queue as a message of its own.
#include <string>
#include <vector>

#include "delivery/queue/context.h"
#include "delivery/queue/verdict.h"

namespace sky::delivery {

// The header section of a message, at most 64 KiB.
Task<Result<std::string>> read_header(pg::Pool& pool, TenantId tenant, BlobId blob);

// What a report needs to know, fetched before the transaction that writes it.
struct ReportGround {
    std::string header;  // of the failed message; empty when it can't be read any more
    bool addressable = false;
    store::Route route = store::Route::unresolved;  // of the sender
    TenantId target;
    AccountId account;
};
Task<Result<ReportGround>> report_ground(QueueContext& queue, const store::Claimed& message);

// Queues the report on `tx`, which also ends the failed recipients.
Task<Result<store::MessageKey>> queue_report(QueueContext& queue, pg::Transaction& tx, const store::Claimed& message,
                                             const ReportGround& ground, std::vector<FailedRecipient> failed);

}  // namespace sky::delivery
