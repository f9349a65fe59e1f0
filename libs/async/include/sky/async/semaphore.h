#pragma once
// At most N at once within one shard; waiters are served in order.
#include <cstddef>
#include <memory>

#include "sky/async/task.h"
#include "sky/async/timer.h"
#include "sky/base/result.h"

namespace sky {

class Semaphore {
  public:
    explicit Semaphore(std::size_t permits);
    ~Semaphore();

    // Gives its permit back when destroyed; may outlive the Semaphore.
    class Permit {
      public:
        Permit() = default;
        Permit(Permit&&) noexcept = default;
        Permit& operator=(Permit&& other) noexcept;
        ~Permit();

      private:
        friend class Semaphore;
        std::shared_ptr<struct SemaphoreState> state_;
    };

    // Fault::timeout when none came free before the deadline.
    Task<Result<Permit>> acquire(Deadline deadline);
    std::size_t available() const;

  private:
    std::shared_ptr<struct SemaphoreState> state_;
};

}  // namespace sky
