#include "sky/async/semaphore.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <list>

namespace sky {

struct SemaphoreWaiter {
    boost::asio::steady_timer timer;
    bool served = false;
};

struct SemaphoreState {
    std::size_t free;
    std::list<SemaphoreWaiter*> waiters;

    void give_back() {
        if (waiters.empty()) {
            ++free;
            return;
        }
        SemaphoreWaiter* next = waiters.front();
        waiters.pop_front();
        next->served = true;  // the permit passes on directly, so nobody overtakes
        next->timer.cancel();
    }
};

Semaphore::Semaphore(std::size_t permits) : state_(std::make_shared<SemaphoreState>(permits)) {}
Semaphore::~Semaphore() = default;
std::size_t Semaphore::available() const { return state_->free; }

Semaphore::Permit& Semaphore::Permit::operator=(Permit&& other) noexcept {
    if (this != &other) {
        if (state_) state_->give_back();
        state_ = std::move(other.state_);
    }
    return *this;
}
Semaphore::Permit::~Permit() {
    if (state_) state_->give_back();
}

namespace {

// Leaves the queue, and hands on a permit that was given but never taken, when the wait ends by a cancellation.
struct Place {
    SemaphoreState& state;
    SemaphoreWaiter& waiter;
    bool taken = false;
    Place(SemaphoreState& in, SemaphoreWaiter& who) : state(in), waiter(who) { state.waiters.push_back(&waiter); }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() {
        if (taken) return;
        if (waiter.served) {
            state.give_back();
        } else {
            state.waiters.remove(&waiter);
        }
    }
};

}  // namespace

Task<Result<Semaphore::Permit>> Semaphore::acquire(Deadline deadline) {
    const auto state = state_;
    const auto executor = co_await boost::asio::this_coro::executor;
    if (state->free > 0) {
        --state->free;
    } else {
        SemaphoreWaiter waiter{boost::asio::steady_timer(executor, deadline)};
        Place place(*state, waiter);
        co_await waiter.timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
        if (!waiter.served) co_return unexpected(Fault::timeout, "busy", "no permit before the deadline");
        place.taken = true;
    }
    Permit permit;
    permit.state_ = state;
    co_return permit;
}

}  // namespace sky
