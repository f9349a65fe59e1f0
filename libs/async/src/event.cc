#include "sky/async/event.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace sky {

EventWaiter::EventWaiter(Event& event) : event_(&event), next_(event.first_) {
    if (next_) next_->previous_ = this;
    event.first_ = this;
}

EventWaiter::~EventWaiter() {
    if (next_) next_->previous_ = previous_;
    if (previous_) {
        previous_->next_ = next_;
    } else if (event_) {
        event_->first_ = next_;
    }
}

Event::~Event() {
    for (EventWaiter* waiter = first_; waiter; waiter = waiter->next_) waiter->event_ = nullptr;
    notify_all();
}

void Event::notify_all() {
    ++count_;
    // notified() only sets flags and cancels waits, whose completions run later: the list can't change under us.
    for (EventWaiter* waiter = first_; waiter; waiter = waiter->next_) waiter->notified();
}

namespace {

class TimedWaiter final : public EventWaiter {
  public:
    TimedWaiter(Event& event, const Executor& executor, Deadline deadline) : EventWaiter(event), timer(executor, deadline) {}
    void notified() override {
        hit = true;
        timer.cancel();
    }
    boost::asio::steady_timer timer;
    bool hit = false;
};

}  // namespace

Task<bool> Event::wait(Deadline deadline) { return wait_past(count_, deadline); }

Task<bool> Event::wait_past(std::uint64_t seen, Deadline deadline) {
    const auto executor = co_await boost::asio::this_coro::executor;
    if (seen != count_) co_return true;
    TimedWaiter waiter(*this, executor, deadline);
    co_await waiter.timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    co_return waiter.hit;
}

}  // namespace sky
