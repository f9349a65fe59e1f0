#pragma once
// Something happened, told to whoever waits now. One shard only: no locks, and nothing may call it from another thread.
#include <cstdint>

#include "sky/async/task.h"
#include "sky/async/timer.h"

namespace sky {

class Event;

// A party in an Event's list; leaves it when destroyed. notified() runs inside notify_all() and must not block, throw or destroy the Event.
class EventWaiter {
  public:
    explicit EventWaiter(Event& event);
    virtual ~EventWaiter();
    EventWaiter(const EventWaiter&) = delete;
    EventWaiter& operator=(const EventWaiter&) = delete;
    virtual void notified() = 0;

  private:
    friend class Event;
    Event* event_;
    EventWaiter* previous_ = nullptr;
    EventWaiter* next_ = nullptr;
};

class Event {
  public:
    Event() = default;
    ~Event();  // wakes those who wait
    Event(const Event&) = delete;
    Event& operator=(const Event&) = delete;

    void notify_all();
    // How often it was notified. Read it before looking at the state that the event announces, and wait_past() misses nothing.
    std::uint64_t count() const { return count_; }

    // True when notified, false when the deadline passed first.
    Task<bool> wait(Deadline deadline);
    // The same, but true at once when notified since count() was `seen`.
    Task<bool> wait_past(std::uint64_t seen, Deadline deadline);

  private:
    friend class EventWaiter;
    EventWaiter* first_ = nullptr;
    std::uint64_t count_ = 0;
};

}  // namespace sky
