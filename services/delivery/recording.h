#pragma once
// What one message's delivery came to, turned into rows of ledger and queue. Pure.
#include <optional>
#include <vector>

#include "delivery/backoff.h"
#include "delivery/store/ingest.h"
#include "delivery/store/queue.h"
#include "delivery/submission.h"
#include "sky/mailstore/deliver.h"

namespace sky::delivery {

// Which recipients of a submission go into the store of its tenant in the same transaction: positions, each account once.
struct LocalPlan {
    std::vector<std::int32_t> positions;  // of the recipients, parallel to delivery.recipients
    mailstore::Delivery delivery;
};
LocalPlan plan_local(const Submission& submission);

struct Recording {
    std::vector<store::LedgerRow> ledger;
    std::vector<store::NewRecipient> queue;  // their `message` is to be set
};
// `outcomes` belong to plan.positions.
Recording record(const Submission& submission, const LocalPlan& plan, const std::vector<Result<mailstore::Placed>>& outcomes,
                 const Schedule& schedule);

}  // namespace sky::delivery
