#pragma once
// What each rpc does. All run on one shard; requests passed by reference live until the handler returns.
#include "delivery/shard.h"
#include "sky/rpc/context.h"
#include "skybridge/delivery/v1/delivery.pb.h"

namespace sky::rpc {
template <class Request, class Reply>
class Stream;
}

namespace sky::delivery {

namespace v1 = skybridge::delivery::v1;
using SubmitStream = rpc::Stream<v1::SubmitRequest, v1::SubmitReply>;

Task<Result<void>> submit(DeliveryShard& shard, rpc::Context context, SubmitStream stream);
Task<Result<v1::ConfirmReply>> confirm(DeliveryShard& shard, rpc::Context context, const v1::ConfirmRequest& request);

Task<Result<v1::ListQueueReply>> list_queue(DeliveryShard& shard, rpc::Context context, const v1::ListQueueRequest& request);
Task<Result<v1::FlushQueueReply>> flush_queue(DeliveryShard& shard, rpc::Context context, const v1::FlushQueueRequest& request);
Task<Result<v1::RemoveQueueReply>> remove_queue(DeliveryShard& shard, rpc::Context context, const v1::RemoveQueueRequest& request);

Task<Result<v1::ListHeldReply>> list_held(DeliveryShard& shard, rpc::Context context, const v1::ListHeldRequest& request);
Task<Result<v1::ApproveHeldReply>> approve_held(DeliveryShard& shard, rpc::Context context, const v1::ApproveHeldRequest& request);
Task<Result<v1::RejectHeldReply>> reject_held(DeliveryShard& shard, rpc::Context context, const v1::RejectHeldRequest& request);

}  // namespace sky::delivery
