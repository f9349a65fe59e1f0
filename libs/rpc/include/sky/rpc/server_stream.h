#pragma once
// Streams served by a coroutine each. All of a stream happens on one shard.
//
//   grpc::ServerBidiReactor<Q, A>* Submit(grpc::CallbackServerContext* context) override {
//       return rpc::bidi<Q, A>(context, shards_, &DeliveryShard::submit);   // Task<Result<void>> submit(Context, Stream<Q, A> stream)
//   }
//   … Resolve(…)  { return rpc::multiplex<Q, A>(context, shards_, 256, &AuthShard::resolve, refusal); }  // one coroutine a message
//   … Watch(…)    { return rpc::feed<A>(context, shards_, request, &AuthShard::watch); }                 // server to client only
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/this_coro.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "sky/async/group.h"
#include "sky/rpc/detail/stream_call.h"
#include "sky/rpc/unary.h"

namespace sky::rpc {

// The end of a stream that the server holds; copies share it. Lives as long as someone holds it; after the stream broke, reads and writes
// fail with Fault::unavailable.
template <class Request, class Reply>
class Stream {
  public:
    explicit Stream(std::shared_ptr<detail::StreamCall<Request, Reply>> call) : call_(std::move(call)) {}

    // The next message; empty when the client will send no more, or this shard is leaving: then finish what is begun and return. Nothing is
    // read from the network while a message waits here, so a slow handler slows its client. One reader at a time.
    Task<Result<std::optional<Request>>> read() { return call_->read(); }

    // Queues a message and returns when there is room for more; any number of coroutines. A client that takes none for 30 s is cut off.
    Task<Result<void>> write(Reply reply) { return call_->write(std::move(reply)); }

    // The shard is leaving or the client is gone.
    bool ending() const { return call_->ending(); }
    bool broken() const { return call_->broken(); }
    Executor executor() const { return call_->executor(); }

  private:
    std::shared_ptr<detail::StreamCall<Request, Reply>> call_;
};

// A stream from server to client.
template <class Reply>
class Feed {
  public:
    explicit Feed(std::shared_ptr<detail::FeedCall<Reply>> call) : call_(std::move(call)) {}
    Task<Result<void>> write(Reply reply) { return call_->write(std::move(reply)); }
    bool ending() const { return call_->ending(); }  // look at it at least each second, and return when true

  private:
    std::shared_ptr<detail::FeedCall<Reply>> call_;
};

// handler(Local&, Context, Stream<Request, Reply>) -> Task<Result<void>>; the stream ends when it returns and its writes are out.
template <class Request, class Reply, class Local, class Handler>
grpc::ServerBidiReactor<Request, Reply>* bidi(grpc::CallbackServerContext* context, Shards<Local>& shards, Handler handler) {
    auto call = std::make_shared<detail::StreamCall<Request, Reply>>(shards.homes().pick(), *context, Request::descriptor()->full_name());
    call->serve([handler = std::move(handler), call = call.get()](void* local) {
        Stream<Request, Reply> stream(std::static_pointer_cast<detail::StreamCall<Request, Reply>>(call->shared_from_this()));
        return std::invoke(handler, *static_cast<Local*>(local), call->context(), std::move(stream));
    });
    return call.get();
}

// handler(Local&, Context, const Request&, Feed<Reply>) -> Task<Result<void>>
template <class Reply, class Local, class Request, class Handler>
grpc::ServerWriteReactor<Reply>* feed(grpc::CallbackServerContext* context, Shards<Local>& shards, const Request* request,
                                      Handler handler) {
    auto call = std::make_shared<detail::FeedCall<Reply>>(shards.homes().pick(), *context, Request::descriptor()->full_name());
    call->serve([handler = std::move(handler), call = call.get(), request](void* local) {
        Feed<Reply> out(std::static_pointer_cast<detail::FeedCall<Reply>>(call->shared_from_this()));
        return std::invoke(handler, *static_cast<Local*>(local), call->context(), *request, std::move(out));
    });
    return call.get();
}

namespace detail {

// What the coroutines of one multiplexed stream share.
template <class Local, class Request, class Reply, class Handler, class Refusal>
struct Multiplex {
    using Message = Request;
    using Outcome = Result<Reply>;
    Local& local;
    Context context;
    Stream<Request, Reply> stream;
    Handler handler;
    Refusal refusal;
    std::size_t running = 0;
    Event ended;
};

template <class Shared>
Task<void> answer_one(std::shared_ptr<Shared> shared, typename Shared::Message request) {
    struct Running {
        Shared& of;
        ~Running() {
            --of.running;
            of.ended.notify_all();
        }
    } running{*shared};
    const auto sequence = request.sequence();
    Context context = shared->context;
    context.deadline = after(longest_call);
    if constexpr (requires { request.traceparent(); }) context.traceparent = request.traceparent();
    typename Shared::Outcome result = unexpected(Fault::internal, "");
    std::exception_ptr thrown;
    try {
        result = co_await std::invoke(shared->handler, shared->local, context, std::move(request));
    } catch (...) {
        thrown = std::current_exception();
    }
    if (thrown)
        result = std::unexpected(failure_of(thrown, context.request));
    else if (!result)
        report_failure(context.request, result.error());
    auto reply = result ? std::move(*result) : std::invoke(shared->refusal, result.error());
    reply.set_sequence(sequence);
    static_cast<void>(co_await shared->stream.write(std::move(reply)));  // a broken stream is noticed by the reader
}

// Deaf to cancellation: a stream that breaks is noticed by reading, and then nothing of it may run on when this returns.
template <class Shared>
Task<Result<void>> multiplexed(std::shared_ptr<Shared> shared, std::size_t in_flight) {
    co_await boost::asio::this_coro::reset_cancellation_state(boost::asio::disable_cancellation());
    constexpr std::chrono::milliseconds look{250};
    Group group(shared->stream.executor());
    while (!shared->stream.broken()) {
        if (shared->running >= in_flight) {
            co_await shared->ended.wait(after(look));
            continue;
        }
        auto request = co_await shared->stream.read();
        if (!request || !*request) break;
        ++shared->running;
        group.spawn("rpc.message", answer_one(shared, std::move(**request)));
    }
    while (!shared->stream.broken() && !co_await group.join(after(look))) {
    }
    co_await group.stop(after(std::chrono::seconds(5)));
    co_return Result<void>{};
}

}  // namespace detail

// One coroutine a message, at most `in_flight` at once; replies go out as they come, under the request's `sequence`.
// handler(Local&, Context, Request) -> Task<Result<Reply>>; refusal(const Error&) -> Reply says a failure in the stream's own words.
template <class Request, class Reply, class Local, class Handler, class Refusal>
grpc::ServerBidiReactor<Request, Reply>* multiplex(grpc::CallbackServerContext* context, Shards<Local>& shards, std::size_t in_flight,
                                                   Handler handler, Refusal refusal) {
    return bidi<Request, Reply>(
        context, shards, [in_flight, handler = std::move(handler), refusal = std::move(refusal)](Local& local, Context call, auto stream) {
            using Shared = detail::Multiplex<Local, Request, Reply, Handler, Refusal>;
            return detail::multiplexed(std::make_shared<Shared>(local, std::move(call), std::move(stream), handler, refusal), in_flight);
        });
}

}  // namespace sky::rpc
