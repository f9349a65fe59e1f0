// Queue.Remove.
#include "delivery/rpc/handlers.h"
#include "delivery/store/admin.h"
#include "sky/base/ascii.h"
#include "sky/telemetry/log.h"

namespace sky::delivery {

Task<Result<v1::RemoveQueueReply>> remove_queue(DeliveryShard& shard, rpc::Context context, const v1::RemoveQueueRequest& request) {
    if (request.queue_id() == 0 && request.recipient().empty())
        co_return unexpected(Fault::syntax, "name a message, a recipient or a domain: nothing is not everything");
    auto removed =
        co_await store::remove(shard.pool(), {ascii::to_lower(request.recipient()), QueueId{request.queue_id()}}, context.deadline);
    if (!removed) co_return forward(removed);
    log::info("delivery.queue.removed",
              {{"by", context.caller}, {"recipients", *removed}, {"queue_id", request.queue_id()}, {"recipient", request.recipient()}});
    v1::RemoveQueueReply reply;
    reply.set_removed(static_cast<std::uint32_t>(*removed));
    co_return reply;
}

}  // namespace sky::delivery
