// Queue.List.
#include "delivery/rpc/handlers.h"
#include "delivery/store/admin.h"
#include "sky/base/ascii.h"

namespace sky::delivery {

Task<Result<v1::ListQueueReply>> list_queue(DeliveryShard& shard, rpc::Context context, const v1::ListQueueRequest& request) {
    constexpr std::uint32_t usual = 1000, most = 5000;  // what a reply may hold
    const auto limit = request.limit() == 0 ? usual : std::min(request.limit(), most);
    auto entries = co_await store::list(shard.pool(), {ascii::to_lower(request.recipient()), QueueId{}}, static_cast<std::int32_t>(limit),
                                        context.deadline);
    if (!entries) co_return forward(entries);
    v1::ListQueueReply reply;
    for (const auto& entry : *entries) {
        auto& out = *reply.add_entries();
        out.set_tenant_id(entry.key.tenant.value);
        out.set_queue_id(entry.key.id.value);
        out.set_sender(entry.sender);
        out.set_recipient(entry.recipient);
        out.set_size(entry.size);
        out.set_queued_at(unix_seconds(entry.queued_at));
        out.set_due_at(unix_seconds(entry.due_at));
        out.set_attempts(static_cast<std::uint32_t>(entry.attempts));
        out.set_last_reply(entry.last_reply);
        out.set_state(entry.state);
    }
    co_return reply;
}

}  // namespace sky::delivery
