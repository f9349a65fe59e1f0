#pragma once
// One long-lived bidirectional stream for many calls at once: the hot path between services. Request and Reply carry a `sequence` that
// matches them; replies may overtake each other. When the stream breaks, all that wait on it fail with Fault::unavailable, and the next
// call opens a new one (at once after a stream that worked; with growing pauses, in which calls fail at once, after one that did not).
//
//   rpc::StreamClient<SubmitRequest, SubmitReply> submit(executor, "delivery.submit",
//       [stub](auto* context, auto* reactor) { stub->async()->Submit(context, reactor); });
//   auto reply = co_await submit.call(std::move(request), deadline, Retry::once);       // one message, one reply
//   auto message = submit.open();                                                       // several parts, one reply
//   if (auto sent = co_await message.write(part, deadline); !sent) …
//   auto reply = co_await message.finish(deadline);
//
// One a shard, on the shard's thread.
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "sky/async/task.h"
#include "sky/async/timer.h"
#include "sky/base/result.h"
#include "sky/rpc/client.h"
#include "sky/rpc/detail/client_stream.h"

namespace sky::rpc {

template <class Request, class Reply>
class StreamClient {
    using Hub = detail::StreamHub<Request, Reply>;
    using Link = detail::StreamLink<Request, Reply>;

  public:
    using Start = std::function<void(grpc::ClientContext*, grpc::ClientBidiReactor<Request, Reply>*)>;

    StreamClient(Executor executor, std::string name, Start start)
        : hub_(std::make_shared<Hub>(std::move(executor), std::move(name), std::move(start))) {}
    ~StreamClient() { hub_->close(); }
    StreamClient(const StreamClient&) = delete;
    StreamClient& operator=(const StreamClient&) = delete;

    Task<Result<Reply>> call(Request request, Deadline deadline, Retry retry = Retry::never) {
        return call_on(hub_, std::move(request), deadline, retry);
    }

    // A message in several parts. Given up without finish() it is forgotten here; tell the other end with a part of its own.
    class Message {
      public:
        // Waits while too much is queued. Once the reply is here (a refusal, mostly) parts are dropped: see answered().
        Task<Result<void>> write(Request part, Deadline deadline) {
            if (!link_) return failed();
            part.set_sequence(ticket_->sequence);
            return link_->write(link_, std::move(part), deadline, ticket_);
        }
        // Awaits the reply; once.
        Task<Result<Reply>> finish(Deadline deadline) { return Link::await(link_, ticket_, deadline); }
        bool answered() const { return ticket_ && ticket_->reply.has_value(); }

      private:
        friend class StreamClient;
        static Task<Result<void>> failed() { co_return unexpected(Fault::unavailable, {}, "the stream could not be opened"); }
        std::shared_ptr<Link> link_;  // null: it could not be opened
        std::shared_ptr<typename Link::Ticket> ticket_;
    };
    Message open() {
        Message out;
        out.link_ = hub_->link();
        if (out.link_) out.ticket_ = Link::take_ticket(out.link_);
        return out;
    }

    bool connected() const { return hub_->connected(); }

    // Ends the stream and awaits gRPC's last word about it. Calls that wait fail; later ones too.
    Task<void> stop() { return Hub::stop(hub_); }

  private:
    static Task<Result<Reply>> call_on(std::shared_ptr<Hub> hub, Request request, Deadline deadline, Retry retry) {
        for (int attempt = 0;; ++attempt) {
            auto link = hub->link();
            if (!link) co_return unexpected(Fault::unavailable, {}, hub->name() + ": away");
            auto ticket = Link::take_ticket(link);
            Request message = retry == Retry::once && attempt == 0 ? request : std::move(request);
            message.set_sequence(ticket->sequence);
            auto sent = co_await link->write(link, std::move(message), deadline, ticket);
            auto reply = sent ? co_await Link::await(link, ticket, deadline) : Result<Reply>(std::unexpected(sent.error()));
            // Only a stream that had worked is worth a second try: what can't be reached now can't be reached in a moment either.
            const bool again = !reply && reply.error().fault == Fault::unavailable && retry == Retry::once && attempt == 0 &&
                               link->worked() && !passed(deadline);
            if (!again) co_return reply;
        }
    }

    std::shared_ptr<Hub> hub_;
};

}  // namespace sky::rpc
