#pragma once
// Unary calls, awaited:
//
//   auto stub = Queue::NewStub(channel.grpc());
//   Result<ListQueueReply> reply = co_await rpc::call(*stub, &Queue::StubInterface::async_interface::List, request, {.deadline = d});
//
// The call runs on gRPC's threads and resumes on the caller's executor. A cancelled coroutine cancels its call.
#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "sky/async/task.h"
#include "sky/base/result.h"
#include "sky/rpc/call_options.h"
#include "sky/rpc/context.h"
#include "sky/rpc/status.h"

namespace sky::rpc {

namespace detail {

void prepare(grpc::ClientContext& context, const CallOptions& options);
std::string fault_name(const grpc::ClientContext& context);
// Waits a little before the second attempt; false when the deadline leaves no time for one.
Task<bool> worth_again(const Error& error, const CallOptions& options);

template <class Request, class Reply, class Handler>
struct UnaryAttempt {
    grpc::ClientContext context;
    Request request;
    Reply reply;
    Handler handler;
    boost::asio::executor_work_guard<Executor> work;
    UnaryAttempt(Request message, Handler h, Executor executor)
        : request(std::move(message)), handler(std::move(h)), work(std::move(executor)) {}
};

// start(ClientContext*, const Request*, Reply*, std::function<void(grpc::Status)>)
template <class Request, class Reply, class Start>
Task<Result<Reply>> call_once(Start start, Request request, CallOptions options) {
    const Executor executor = co_await boost::asio::this_coro::executor;
    auto initiate = [&](auto handler) {
        using Attempt = UnaryAttempt<Request, Reply, decltype(handler)>;
        auto slot = boost::asio::get_associated_cancellation_slot(handler);
        auto attempt = std::make_shared<Attempt>(std::move(request), std::move(handler), executor);
        prepare(attempt->context, options);
        if (slot.is_connected()) {
            slot.assign([weak = std::weak_ptr<Attempt>(attempt)](boost::asio::cancellation_type) {
                if (auto alive = weak.lock()) alive->context.TryCancel();
            });
        }
        start(&attempt->context, &attempt->request, &attempt->reply, [attempt, slot](grpc::Status status) {
            auto finish = [attempt, slot, status = std::move(status)]() mutable {
                if (slot.is_connected()) slot.clear();
                Result<Reply> result = status.ok() ? Result<Reply>(std::move(attempt->reply))
                                                   : Result<Reply>(std::unexpected(error_of(status, fault_name(attempt->context))));
                attempt->work.reset();
                std::move(attempt->handler)(std::move(result));
            };
            boost::asio::post(attempt->work.get_executor(), std::move(finish));
        });
    };
    co_return co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>&, void(Result<Reply>)>(std::move(initiate),
                                                                                                               boost::asio::use_awaitable);
}

}  // namespace detail

// `stub` must live until the call ends.
template <class Stub, class Interface, class Request, class Reply>
Task<Result<Reply>> call(Stub& stub,
                         void (Interface::*method)(grpc::ClientContext*, const Request*, Reply*, std::function<void(grpc::Status)>),
                         Request request, CallOptions options) {
    auto start = [async = static_cast<Interface*>(stub.async()), method](grpc::ClientContext* context, const Request* message, Reply* reply,
                                                                         std::function<void(grpc::Status)> done) {
        (async->*method)(context, message, reply, std::move(done));
    };
    if (options.retry == Retry::once) {
        auto first = co_await detail::call_once<Request, Reply>(start, request, options);
        if (first || !co_await detail::worth_again(first.error(), options)) co_return first;
    }
    co_return co_await detail::call_once<Request, Reply>(start, std::move(request), options);
}

}  // namespace sky::rpc
