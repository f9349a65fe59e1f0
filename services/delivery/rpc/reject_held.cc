// Moderation.Reject.
#include "delivery/queue/moderation.h"
#include "delivery/rpc/handlers.h"
#include "delivery/rpc/rule_held.h"

namespace sky::delivery {

Task<Result<v1::RejectHeldReply>> reject_held(DeliveryShard& shard, rpc::Context context, const v1::RejectHeldRequest& request) {
    constexpr std::size_t most_note = 200;
    if (request.note().size() > most_note) co_return unexpected(Fault::too_large, "a note has at most 200 characters");
    store::Ruling ruling{.route = store::Route::rejected, .by = {}, .note = request.note(), .reply = rejection(request.note())};
    auto count = co_await rule_held(shard, std::move(context), QueueId{request.queue_id()}, request.group(), std::move(ruling));
    if (!count) co_return forward(count);
    v1::RejectHeldReply reply;
    reply.set_rejected(*count);
    co_return reply;
}

}  // namespace sky::delivery
