// Moderation.Approve.
#include "delivery/rpc/handlers.h"
#include "delivery/rpc/rule_held.h"

namespace sky::delivery {

Task<Result<v1::ApproveHeldReply>> approve_held(DeliveryShard& shard, rpc::Context context, const v1::ApproveHeldRequest& request) {
    auto count = co_await rule_held(shard, std::move(context), QueueId{request.queue_id()}, request.group(),
                                    {.route = store::Route::approved, .by = {}, .note = {}, .reply = {}});
    if (!count) co_return forward(count);
    v1::ApproveHeldReply reply;
    reply.set_approved(*count);
    co_return reply;
}

}  // namespace sky::delivery
