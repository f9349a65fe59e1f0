#pragma once
// Behind stream_client.h: a hub that reopens, and the link that is one opened stream. gRPC's threads only post to the shard.
#include <grpcpp/client_context.h>
#include <grpcpp/support/client_callback.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "sky/async/event.h"
#include "sky/async/report.h"
#include "sky/async/task.h"
#include "sky/async/timer.h"
#include "sky/base/result.h"
#include "sky/rpc/detail/backoff.h"
#include "sky/rpc/status.h"

namespace sky::rpc::detail {

inline constexpr std::size_t parts_queued = 16;  // of at most 256 KiB each

// Lives until gRPC is done with the stream (self_). A hold keeps gRPC from ending it while the shard may still start operations.
template <class Request, class Reply>
class StreamLink final : public grpc::ClientBidiReactor<Request, Reply>, public std::enable_shared_from_this<StreamLink<Request, Reply>> {
  public:
    struct Ticket {
        std::uint64_t sequence = 0;
        std::optional<Result<Reply>> reply;
        Event arrived;
        std::weak_ptr<StreamLink> link;
        ~Ticket() {
            if (auto alive = link.lock()) alive->waiting_.erase(sequence);
        }
    };
    using Pointer = std::shared_ptr<StreamLink>;

    StreamLink(Executor executor, std::string name) : work_(std::move(executor)), name_(std::move(name)) {}

    template <class Start>
    void open(const Start& start) {
        self_ = this->shared_from_this();
        start(&context_, this);
        this->AddHold();
        this->StartRead(&incoming_);
        this->StartCall();
    }

    static std::shared_ptr<Ticket> take_ticket(const Pointer& link) {
        auto ticket = std::make_shared<Ticket>();
        ticket->sequence = ++link->sequence_;
        ticket->link = link;
        if (link->usable())
            link->waiting_[ticket->sequence] = ticket.get();
        else
            ticket->reply = link->broken_reply();
        return ticket;
    }

    // `link` and `ticket` are held by value across the wait.
    Task<Result<void>> write(Pointer link, Request part, Deadline deadline, std::shared_ptr<Ticket> ticket) {
        while (link->usable() && !ticket->reply && link->queue_.size() >= parts_queued) {
            if (!co_await link->room_.wait(deadline) && passed(deadline))
                co_return unexpected(Fault::timeout, {}, link->name_ + ": no room");
        }
        if (ticket->reply && link->usable()) co_return Result<void>{};  // already answered
        if (!link->usable()) co_return std::unexpected(link->broken_reply().error());
        link->queue_.push_back(std::move(part));
        if (link->queue_.size() == 1) link->StartWrite(&link->queue_.front());
        co_return Result<void>{};
    }

    static Task<Result<Reply>> await(Pointer link, std::shared_ptr<Ticket> ticket, Deadline deadline) {
        if (!link || !ticket) co_return unexpected(Fault::unavailable, {}, "the stream could not be opened");
        while (!ticket->reply) {
            if (!co_await ticket->arrived.wait(deadline) && !ticket->reply && passed(deadline))
                co_return unexpected(Fault::timeout, {}, link->name_ + ": no reply in time");
        }
        co_return std::move(*ticket->reply);
    }

    bool usable() const { return !broken_; }
    bool worked() const { return worked_; }
    Deadline broken_at() const { return broken_at_; }
    bool over() const { return over_; }
    Event& ended() { return ended_; }

    // Fails all that wait and lets gRPC end the stream.
    void break_off(std::string reason) {
        if (broken_) return;
        broken_ = true;
        broken_at_ = std::chrono::steady_clock::now();
        reason_ = std::move(reason);
        context_.TryCancel();
        fail_waiting();
        this->RemoveHold();
    }

  private:
    Result<Reply> broken_reply() const { return unexpected(Fault::unavailable, {}, name_ + ": " + reason_); }

    void fail_waiting() {
        auto waiting = std::move(waiting_);
        waiting_.clear();
        for (auto& [sequence, ticket] : waiting) {
            ticket->reply = broken_reply();
            ticket->arrived.notify_all();
        }
        room_.notify_all();
    }

    template <class Work>
    void on_shard(Work work) {
        boost::asio::post(work_.get_executor(), [self = this->shared_from_this(), work = std::move(work)]() mutable { work(); });
    }

    void OnReadDone(bool ok) override {
        on_shard([this, ok] {
            if (!ok) return break_off("the stream ended");
            worked_ = true;
            if (auto at = waiting_.find(incoming_.sequence()); at != waiting_.end()) {
                Ticket* ticket = at->second;
                waiting_.erase(at);
                ticket->reply = std::move(incoming_);
                ticket->arrived.notify_all();
                room_.notify_all();
            }
            if (!broken_) this->StartRead(&incoming_);
        });
    }
    void OnWriteDone(bool ok) override {
        on_shard([this, ok] {
            if (!ok) return break_off("a write failed");
            queue_.pop_front();
            if (!queue_.empty() && !broken_) this->StartWrite(&queue_.front());
            room_.notify_all();
        });
    }
    void OnDone(const grpc::Status& status) override {
        on_shard([this, status] {
            if (!status.ok() && status.error_code() != grpc::StatusCode::CANCELLED)
                report("rpc.stream.broken", name_, status.error_message());
            if (!broken_) broken_at_ = std::chrono::steady_clock::now();
            broken_ = true;
            over_ = true;
            fail_waiting();
            ended_.notify_all();
            work_.reset();
            self_.reset();
        });
    }

    boost::asio::executor_work_guard<Executor> work_;
    const std::string name_;
    grpc::ClientContext context_;
    Reply incoming_;             // gRPC's while a read is under way
    std::deque<Request> queue_;  // the front is being written
    std::unordered_map<std::uint64_t, Ticket*> waiting_;
    std::uint64_t sequence_ = 0;
    bool worked_ = false;  // something was heard
    bool broken_ = false;
    Deadline broken_at_{};
    bool over_ = false;  // gRPC is done
    std::string reason_ = "the stream ended";
    Event room_;
    Event ended_;
    std::shared_ptr<StreamLink> self_;
};

template <class Request, class Reply>
class StreamHub {
  public:
    using Link = StreamLink<Request, Reply>;
    using Start = std::function<void(grpc::ClientContext*, grpc::ClientBidiReactor<Request, Reply>*)>;

    StreamHub(Executor executor, std::string name, Start start)
        : executor_(std::move(executor)), name_(std::move(name)), start_(std::move(start)) {}

    const std::string& name() const { return name_; }
    bool connected() const { return link_ && link_->usable() && link_->worked(); }

    // The open stream, or a new one; null while backing off or closed.
    std::shared_ptr<Link> link() {
        if (closed_) return nullptr;
        if (link_ && link_->usable()) return link_;
        if (link_) {
            backoff_.ended(link_->worked(), link_->broken_at());
            link_.reset();
        }
        if (!backoff_.may_try()) return nullptr;
        link_ = std::make_shared<Link>(executor_, name_);
        link_->open(start_);
        return link_;
    }

    void close() {
        closed_ = true;
        if (link_) link_->break_off("closed");
    }

    static Task<void> stop(std::shared_ptr<StreamHub> hub) {
        hub->close();
        const auto link = hub->link_;
        const Deadline last = after(std::chrono::seconds(5));
        while (link && !link->over() && !passed(last)) co_await link->ended().wait(last);
    }

  private:
    Executor executor_;
    std::string name_;
    Start start_;
    std::shared_ptr<Link> link_;
    Backoff backoff_;
    bool closed_ = false;
};

}  // namespace sky::rpc::detail
