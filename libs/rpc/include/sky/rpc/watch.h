#pragma once
// A server-to-client stream that is kept open: opened at once, and again with growing pauses whenever it ends. Each message goes to a
// callback on the shard. What was sent while it was closed is lost unless the request asks for it.
//
//   rpc::Watch<WatchRequest, Change> watch(executor, "directory.watch",
//       [stub](auto* context, auto* request, auto* reactor) { stub->async()->Watch(context, request, reactor); },
//       {.request = [] { return WatchRequest{}; }, .heard = [](Change change) { … }, .lost = [] { … }});
#include <grpcpp/client_context.h>
#include <grpcpp/support/client_callback.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "sky/async/event.h"
#include "sky/async/group.h"
#include "sky/async/report.h"
#include "sky/async/task.h"
#include "sky/async/timer.h"
#include "sky/rpc/detail/backoff.h"

namespace sky::rpc {

namespace detail {

// One opened feed; lives until gRPC is done with it. Reads follow each other on gRPC's thread only after the shard took the last message.
template <class Request, class Reply>
class FeedLink final : public grpc::ClientReadReactor<Reply>, public std::enable_shared_from_this<FeedLink<Request, Reply>> {
  public:
    FeedLink(Executor executor, Request request, std::function<void(Reply)> heard)
        : request_(std::move(request)), work_(std::move(executor)), heard_(std::move(heard)) {}

    template <class Start>
    void open(const Start& start) {
        self_ = this->shared_from_this();
        start(&context_, &request_, this);
        this->AddHold();
        this->StartRead(&incoming_);
        this->StartCall();
    }
    void close() {
        heard_ = nullptr;
        if (closing_) return;
        closing_ = true;
        context_.TryCancel();
        this->RemoveHold();
    }

    bool worked = false;
    bool over = false;
    Event changed;
    std::string reason;

  private:
    void OnReadDone(bool ok) override {
        boost::asio::post(work_.get_executor(), [self = this->shared_from_this(), this, ok] {
            if (!ok) return close();
            worked = true;
            if (heard_) heard_(std::move(incoming_));
            if (!closing_) this->StartRead(&incoming_);
        });
    }
    void OnDone(const grpc::Status& status) override {
        boost::asio::post(work_.get_executor(), [self = this->shared_from_this(), this, status] {
            over = true;
            reason = status.error_message();
            changed.notify_all();
            work_.reset();
            self_.reset();
        });
    }

    Request request_;
    boost::asio::executor_work_guard<Executor> work_;
    std::function<void(Reply)> heard_;
    grpc::ClientContext context_;
    Reply incoming_;
    bool closing_ = false;
    std::shared_ptr<FeedLink> self_;
};

}  // namespace detail

template <class Request, class Reply>
class Watch {
    using Link = detail::FeedLink<Request, Reply>;

  public:
    using Start = std::function<void(grpc::ClientContext*, const Request*, grpc::ClientReadReactor<Reply>*)>;
    struct Callbacks {
        std::function<Request()> request;  // made anew for each attempt
        std::function<void(Reply)> heard;
        std::function<void()> lost;  // the stream ended, or could not be opened
    };

    Watch(Executor executor, std::string name, Start start, Callbacks callbacks) : group_(executor) {
        group_.spawn(name, keep_open(executor, name, std::move(start), std::move(callbacks), present_));
    }

    Task<void> stop() {
        const Deadline last = after(std::chrono::seconds(5));
        const auto present = present_;
        co_await group_.stop(last);
        const auto link = *present;
        while (link && !link->over && !passed(last)) co_await link->changed.wait(last);
    }

  private:
    static Task<void> keep_open(Executor executor, std::string name, Start start, Callbacks callbacks,
                                std::shared_ptr<std::shared_ptr<Link>> present) {
        detail::Backoff backoff;
        for (;;) {
            auto link = std::make_shared<Link>(executor, callbacks.request(), callbacks.heard);
            *present = link;
            struct Close {
                Link& link;
                ~Close() { link.close(); }
            } close{*link};
            link->open(start);
            while (!link->over) co_await link->changed.wait(Deadline::max());
            if (link->worked) report("rpc.watch.lost", name, link->reason);
            callbacks.lost();
            backoff.ended(link->worked);
            co_await sleep_until(backoff.not_before());
        }
    }

    std::shared_ptr<std::shared_ptr<Link>> present_ = std::make_shared<std::shared_ptr<Link>>();  // to await its end in stop()
    Group group_;
};

}  // namespace sky::rpc
