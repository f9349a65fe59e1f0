#include "delivery/rpc/services.h"

#include "delivery/rpc/handlers.h"
#include "sky/rpc/server_stream.h"
#include "sky/rpc/unary.h"
#include "skybridge/delivery/v1/delivery.grpc.pb.h"

namespace sky::delivery {
namespace {

template <class Reply, class Request>
using Handler = Task<Result<Reply>>(DeliveryShard& shard, rpc::Context context, const Request& request);

// The caller's right is checked here, before any handler is reached.
template <class Reply, class Request, Right right, Handler<Reply, Request>* handler>
Task<Result<Reply>> permitted(DeliveryShard& shard, rpc::Context context, const Request& request) {
    if (auto may = shard.permit(context.caller, right); !may) co_return forward(may);
    co_return co_await handler(shard, std::move(context), request);
}

Task<Result<void>> permitted_submit(DeliveryShard& shard, rpc::Context context, SubmitStream stream) {
    if (auto may = shard.permit(context.caller, Right::submit); !may) co_return may;
    co_return co_await submit(shard, std::move(context), std::move(stream));
}

class DeliveryService final : public v1::Delivery::CallbackService {
  public:
    explicit DeliveryService(rpc::Shards<DeliveryShard>& shards) : shards_(shards) {}
    grpc::ServerBidiReactor<v1::SubmitRequest, v1::SubmitReply>* Submit(grpc::CallbackServerContext* context) override {
        return rpc::bidi<v1::SubmitRequest, v1::SubmitReply>(context, shards_, &permitted_submit);
    }
    grpc::ServerUnaryReactor* Confirm(grpc::CallbackServerContext* context, const v1::ConfirmRequest* request,
                                      v1::ConfirmReply* reply) override {
        return rpc::unary(context, shards_, request, reply, &permitted<v1::ConfirmReply, v1::ConfirmRequest, Right::submit, confirm>);
    }

  private:
    rpc::Shards<DeliveryShard>& shards_;
};

class QueueService final : public v1::Queue::CallbackService {
  public:
    explicit QueueService(rpc::Shards<DeliveryShard>& shards) : shards_(shards) {}
    grpc::ServerUnaryReactor* List(grpc::CallbackServerContext* context, const v1::ListQueueRequest* request,
                                   v1::ListQueueReply* reply) override {
        return rpc::unary(context, shards_, request, reply,
                          &permitted<v1::ListQueueReply, v1::ListQueueRequest, Right::administer, list_queue>);
    }
    grpc::ServerUnaryReactor* Flush(grpc::CallbackServerContext* context, const v1::FlushQueueRequest* request,
                                    v1::FlushQueueReply* reply) override {
        return rpc::unary(context, shards_, request, reply,
                          &permitted<v1::FlushQueueReply, v1::FlushQueueRequest, Right::administer, flush_queue>);
    }
    grpc::ServerUnaryReactor* Remove(grpc::CallbackServerContext* context, const v1::RemoveQueueRequest* request,
                                     v1::RemoveQueueReply* reply) override {
        return rpc::unary(context, shards_, request, reply,
                          &permitted<v1::RemoveQueueReply, v1::RemoveQueueRequest, Right::administer, remove_queue>);
    }

  private:
    rpc::Shards<DeliveryShard>& shards_;
};

class ModerationService final : public v1::Moderation::CallbackService {
  public:
    explicit ModerationService(rpc::Shards<DeliveryShard>& shards) : shards_(shards) {}
    grpc::ServerUnaryReactor* List(grpc::CallbackServerContext* context, const v1::ListHeldRequest* request,
                                   v1::ListHeldReply* reply) override {
        return rpc::unary(context, shards_, request, reply,
                          &permitted<v1::ListHeldReply, v1::ListHeldRequest, Right::administer, list_held>);
    }
    grpc::ServerUnaryReactor* Approve(grpc::CallbackServerContext* context, const v1::ApproveHeldRequest* request,
                                      v1::ApproveHeldReply* reply) override {
        return rpc::unary(context, shards_, request, reply,
                          &permitted<v1::ApproveHeldReply, v1::ApproveHeldRequest, Right::administer, approve_held>);
    }
    grpc::ServerUnaryReactor* Reject(grpc::CallbackServerContext* context, const v1::RejectHeldRequest* request,
                                     v1::RejectHeldReply* reply) override {
        return rpc::unary(context, shards_, request, reply,
                          &permitted<v1::RejectHeldReply, v1::RejectHeldRequest, Right::administer, reject_held>);
    }

  private:
    rpc::Shards<DeliveryShard>& shards_;
};

}  // namespace

struct Services::All {
    DeliveryService delivery;
    QueueService queue;
    ModerationService moderation;
};

Services::Services(rpc::Shards<DeliveryShard>& shards)
    : all_(new All{DeliveryService(shards), QueueService(shards), ModerationService(shards)}) {}
Services::~Services() = default;

std::vector<grpc::Service*> Services::all() const { return {&all_->delivery, &all_->queue, &all_->moderation}; }

}  // namespace sky::delivery
