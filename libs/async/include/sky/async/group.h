#pragma once
// The owner of spawned coroutines. A coroutine spawned into a Group takes everything by value. One shard only.
#include <cstddef>
#include <memory>
#include <string_view>

#include "sky/async/task.h"
#include "sky/async/timer.h"

namespace sky {

class Group {
  public:
    explicit Group(Executor executor);
    ~Group();  // cancels; what still runs ends later and touches nothing of the Group's owner only if it took everything by value
    Group(Group&&) noexcept;
    Group& operator=(Group&&) noexcept;

    // Starts it soon (never inside this call). An exception that leaves it is reported under `name` as async.coroutine.failed;
    // cancellation is not a failure. After cancel() or stop() nothing is started any more.
    void spawn(std::string_view name, Task<void> coroutine);

    std::size_t count() const;
    Executor executor() const;

    // True when all ended by themselves before the deadline; nothing is cancelled.
    Task<bool> join(Deadline deadline);
    // Asks all to end: the operation each one awaits is cancelled, and its next co_await throws.
    void cancel();
    // cancel() and join; those that outlive the deadline are reported as async.coroutine.stuck.
    Task<void> stop(Deadline deadline);

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace sky
