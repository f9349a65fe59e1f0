#pragma once
// A unary method served by a coroutine. In a service's rpc/ file, deriving from X::CallbackService:
//
//   grpc::ServerUnaryReactor* Confirm(grpc::CallbackServerContext* context, const ConfirmRequest* request, ConfirmReply* reply) override {
//       return rpc::unary(context, shards_, request, reply, &DeliveryShard::confirm);
//   }
//
// with  Task<Result<ConfirmReply>> DeliveryShard::confirm(rpc::Context context, const ConfirmRequest& request);
// or any callable taking (Local&, Context, const Request&). It runs on one shard and is cancelled when the client goes away.
#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "sky/rpc/context.h"
#include "sky/rpc/detail/home.h"
#include "sky/rpc/shards.h"
#include "sky/rpc/status.h"

namespace sky::rpc {

// `request` names the request message.
Context context_of(const grpc::CallbackServerContext& context, std::string request);

namespace detail {

grpc::Status answer(grpc::CallbackServerContext& context, const Context& call, const Error& error);  // metadata, report, status
extern const Error no_shard;

template <class Local, class Request, class Reply, class Handler>
class UnaryCall final : public Call, public grpc::ServerUnaryReactor {
  public:
    UnaryCall(std::shared_ptr<Home> home, grpc::CallbackServerContext& server, const Request& request, Reply& reply, Handler handler)
        : Call(std::move(home)),
          server_(server),
          request_(request),
          reply_(reply),
          handler_(std::move(handler)),
          context_(context_of(server, Request::descriptor()->full_name())) {}

  private:
    void begin() override {
        auto ended = [self = shared_from_this(), this](std::exception_ptr thrown, Result<Reply> result) {
            handler_ended();
            if (thrown) result = std::unexpected(failure_of(thrown, context_.request));
            if (!result) return Finish(answer(server_, context_, result.error()));
            reply_ = std::move(*result);
            Finish(grpc::Status::OK);
        };
        boost::asio::co_spawn(home_->executor, std::invoke(handler_, *static_cast<Local*>(home_->local), context_, request_),
                              boost::asio::bind_cancellation_slot(cancellation_.slot(), std::move(ended)));
    }
    void refuse() override { Finish(answer(server_, context_, no_shard)); }
    void OnCancel() override {
        on_shard([this] { cancel(); });
    }
    void OnDone() override { over(); }

    grpc::CallbackServerContext& server_;
    const Request& request_;
    Reply& reply_;
    Handler handler_;
    Context context_;
};

}  // namespace detail

template <class Local, class Request, class Reply, class Handler>
grpc::ServerUnaryReactor* unary(grpc::CallbackServerContext* context, Shards<Local>& shards, const Request* request, Reply* reply,
                                Handler handler) {
    auto home = shards.homes().pick();
    if (!home) {
        grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
        reactor->Finish(detail::answer(*context, context_of(*context, Request::descriptor()->full_name()), detail::no_shard));
        return reactor;
    }
    auto call = std::make_shared<detail::UnaryCall<Local, Request, Reply, Handler>>(std::move(home), *context, *request, *reply,
                                                                                    std::move(handler));
    call->deal();
    return call.get();
}

}  // namespace sky::rpc
