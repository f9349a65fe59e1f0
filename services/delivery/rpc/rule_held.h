#pragma once
// What Approve and Reject of Moderation share.
#include "delivery/shard.h"
#include "delivery/store/moderation.h"
#include "sky/rpc/context.h"

namespace sky::delivery {

// All that waits of this message for this group (empty: for any), in one way. The number that was decided; the same decision again counts
// none and is no error. Fault::not_found: nothing waits there. Fault::conflict: something else was decided. Fault::unavailable: a worker
// holds it for this moment.
Task<Result<std::uint32_t>> rule_held(DeliveryShard& shard, rpc::Context context, QueueId message, std::string group, store::Ruling ruling);

}  // namespace sky::delivery
