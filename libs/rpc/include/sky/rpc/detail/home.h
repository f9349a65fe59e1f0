#pragma once
// The bookkeeping of running calls. A call counts on its shard from the moment it is dealt (on a gRPC thread) until gRPC has done with it,
// so that a shard that left is never posted to again.
#include <atomic>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/post.hpp>
#include <cstddef>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>

#include "sky/async/event.h"
#include "sky/async/task.h"
#include "sky/base/result.h"

namespace sky::rpc::detail {

class Call;

class Home : public std::enable_shared_from_this<Home> {
  public:
    Home(Executor executor, void* local) : executor(std::move(executor)), local(local) {}

    const Executor executor;
    void* const local;
    std::atomic<std::size_t> dealt{0};  // calls from pick() to the end

    // The rest on the shard's thread only.
    bool leaving = false;
    std::unordered_set<Call*> running;
    Event ended;
};

// A call seen from its shard. Reactors derive from it; they keep themselves alive until gRPC is done with them.
class Call : public std::enable_shared_from_this<Call> {
  public:
    virtual ~Call() = default;
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

    // Any thread, once, after construction.
    void deal();
    // On the shard.
    virtual void cancel();
    virtual void drain() {}

  protected:
    explicit Call(std::shared_ptr<Home> home) : home_(std::move(home)) {}

    // On the shard: run the handler; or answer that this shard takes no calls any more.
    virtual void begin() = 0;
    virtual void refuse() = 0;

    // From gRPC's threads.
    template <class Work>
    void on_shard(Work work) {
        boost::asio::post(home_->executor, [self = shared_from_this(), work = std::move(work)]() mutable { work(); });
    }
    void keep() { self_ = shared_from_this(); }
    void over();  // from OnDone; may destroy this

    void handler_ended() { handler_running_ = false; }

    std::shared_ptr<Home> home_;
    boost::asio::cancellation_signal cancellation_;
    bool handler_running_ = false;

  private:
    std::shared_ptr<Call> self_;
};

// What left a handler by exception, as an Error; reported. Cancellation is Fault::unavailable and not reported.
Error failure_of(std::exception_ptr exception, std::string_view method);
void report_failure(std::string_view method, const Error& error);

}  // namespace sky::rpc::detail
