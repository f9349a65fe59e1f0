// Moderation.List.
#include "delivery/rpc/handlers.h"
#include "delivery/store/moderation.h"
#include "sky/base/ascii.h"

namespace sky::delivery {

Task<Result<v1::ListHeldReply>> list_held(DeliveryShard& shard, rpc::Context context, const v1::ListHeldRequest& request) {
    constexpr std::uint32_t usual = 1000, most = 5000;  // what a reply may hold
    const auto limit = request.limit() == 0 ? usual : std::min(request.limit(), most);
    auto entries =
        co_await store::held(shard.pool(), ascii::to_lower(request.group()), QueueId{}, static_cast<std::int32_t>(limit), context.deadline);
    if (!entries) co_return forward(entries);
    v1::ListHeldReply reply;
    for (const auto& entry : *entries) {
        auto& out = *reply.add_entries();
        out.set_tenant_id(entry.key.tenant.value);
        out.set_queue_id(entry.key.id.value);
        out.set_group(entry.group);
        out.set_sender(entry.sender);
        out.set_message_id(entry.message_id);
        out.set_size(entry.size);
        out.set_queued_at(unix_seconds(entry.queued_at));
        out.set_expires_at(unix_seconds(entry.expires_at));
        out.set_asked(entry.asked);
    }
    co_return reply;
}

}  // namespace sky::delivery
