// Queue.Flush.
#include "delivery/rpc/handlers.h"
#include "delivery/store/admin.h"
#include "sky/base/ascii.h"
#include "sky/telemetry/log.h"

namespace sky::delivery {

Task<Result<v1::FlushQueueReply>> flush_queue(DeliveryShard& shard, rpc::Context context, const v1::FlushQueueRequest& request) {
    auto flushed =
        co_await store::flush(shard.pool(), {ascii::to_lower(request.recipient()), QueueId{request.queue_id()}}, context.deadline);
    if (!flushed) co_return forward(flushed);
    log::info("delivery.queue.flushed", {{"by", context.caller}, {"recipients", flushed->recipients}});
    shard.runner().due_now(flushed->messages);
    v1::FlushQueueReply reply;
    reply.set_flushed(static_cast<std::uint32_t>(flushed->recipients));
    co_return reply;
}

}  // namespace sky::delivery
