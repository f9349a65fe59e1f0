#pragma once
// The reactors behind server_stream.h. gRPC's threads only post; everything else happens on the shard. After Finish() nothing is started.
#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "sky/async/event.h"
#include "sky/async/timer.h"
#include "sky/rpc/detail/home.h"
#include "sky/rpc/unary.h"

namespace sky::rpc::detail {

inline constexpr std::size_t replies_queued = 64;
inline constexpr std::chrono::seconds slowest_reader{30};

// Writing, ending and cancelling, alike for both kinds. Reactor is the gRPC base class.
template <class Reply, class Reactor>
class WritingCall : public Call, public Reactor {
  public:
    using Serve = std::function<Task<Result<void>>(void* local)>;

    const Context& context() const { return context_; }
    bool ending() const { return draining_ || broken_; }
    bool broken() const { return broken_; }
    Executor executor() const { return home_->executor; }

    // On a gRPC thread, before the reactor is handed to gRPC.
    void serve(Serve serve) {
        serve_ = std::move(serve);
        if (home_) return deal();
        keep();
        refuse();
    }

    Task<Result<void>> write(Reply reply) {
        const auto self = shared_from_this();
        const Deadline limit = after(slowest_reader);
        while (!broken_ && queue_.size() >= replies_queued) {
            if (!co_await room_.wait(limit) && passed(limit)) break_off();
        }
        if (broken_ || ended_) co_return unexpected(Fault::unavailable, "the stream is broken");
        queue_.push_back(std::move(reply));
        if (queue_.size() == 1) this->StartWrite(&queue_.front());
        co_return Result<void>{};
    }

    void cancel() override {
        broken_ = true;
        woken();
        Call::cancel();
    }
    void drain() override {
        draining_ = true;
        woken();
    }

  protected:
    WritingCall(std::shared_ptr<Home> home, grpc::CallbackServerContext& server, std::string request)
        : Call(std::move(home)), server_(server), context_(context_of(server, std::move(request))) {
        context_.deadline = Deadline::max();
    }

    virtual void start() {}  // the first read
    virtual void woken() { room_.notify_all(); }

    void begin() override {
        start();
        auto ended = [self = shared_from_this(), this](std::exception_ptr thrown, Result<void> result) {
            handler_ended();
            if (thrown) result = std::unexpected(failure_of(thrown, context_.request));
            outcome_ = std::move(result);
            finish_when_written();
        };
        boost::asio::co_spawn(home_->executor, serve_(home_->local),
                              boost::asio::bind_cancellation_slot(cancellation_.slot(), std::move(ended)));
    }
    void refuse() override {
        ended_ = true;
        this->Finish(answer(server_, context_, no_shard));
    }

    void OnWriteDone(bool ok) override {
        on_shard([this, ok] {
            if (ok) {
                queue_.pop_front();
            } else {
                broken_ = true;
                queue_.clear();
                woken();
            }
            if (!queue_.empty()) this->StartWrite(&queue_.front());
            room_.notify_all();
            finish_when_written();
        });
    }
    void OnCancel() override {
        if (home_) on_shard([this] { cancel(); });
    }
    void OnDone() override { over(); }

    void break_off() {
        broken_ = true;
        server_.TryCancel();
        woken();
    }

    bool broken_ = false;    // the client is gone, or was cut off
    bool draining_ = false;  // this shard leaves
    bool ended_ = false;     // Finish() was called

  private:
    void finish_when_written() {
        if (!outcome_ || ended_ || !queue_.empty()) return;
        ended_ = true;
        this->Finish(*outcome_ ? grpc::Status::OK : answer(server_, context_, outcome_->error()));
    }

    grpc::CallbackServerContext& server_;
    Context context_;
    Serve serve_;
    std::deque<Reply> queue_;  // the front is being written; a deque never moves its elements
    Event room_;
    std::optional<Result<void>> outcome_;
};

template <class Reply>
class FeedCall final : public WritingCall<Reply, grpc::ServerWriteReactor<Reply>> {
  public:
    FeedCall(std::shared_ptr<Home> home, grpc::CallbackServerContext& server, std::string request)
        : WritingCall<Reply, grpc::ServerWriteReactor<Reply>>(std::move(home), server, std::move(request)) {}
};

template <class Request, class Reply>
class StreamCall final : public WritingCall<Reply, grpc::ServerBidiReactor<Request, Reply>> {
    using Base = WritingCall<Reply, grpc::ServerBidiReactor<Request, Reply>>;

  public:
    StreamCall(std::shared_ptr<Home> home, grpc::CallbackServerContext& server, std::string request)
        : Base(std::move(home), server, std::move(request)) {}

    Task<Result<std::optional<Request>>> read() {
        const auto self = this->shared_from_this();
        for (;;) {
            if (arrived_) {
                std::optional<Request> message = std::move(arrived_);
                arrived_.reset();
                if (!this->ended_ && !this->broken_) this->StartRead(&incoming_);
                co_return message;
            }
            if (this->broken_) co_return unexpected(Fault::unavailable, "the stream is broken");
            if (over_ || this->draining_) co_return std::optional<Request>{};
            co_await changed_.wait(Deadline::max());
        }
    }

  private:
    void start() override { this->StartRead(&incoming_); }
    void woken() override {
        Base::woken();
        changed_.notify_all();
    }
    void OnReadDone(bool ok) override {
        this->on_shard([this, ok] {
            if (ok)
                arrived_ = std::move(incoming_);
            else
                over_ = true;
            changed_.notify_all();
        });
    }

    Request incoming_;                // gRPC's while a read is under way
    std::optional<Request> arrived_;  // no read is under way while it is set
    bool over_ = false;               // no more input
    Event changed_;
};

}  // namespace sky::rpc::detail
