#pragma once
// Threads for work that blocks or burns CPU for long (argon2id, big sorts, files). One pool serves all shards of a process.
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>

#include "sky/async/task.h"
#include "sky/async/timer.h"
#include "sky/base/result.h"

namespace sky {

template <class T>
struct OffloadResult {
    using type = Result<T>;
};
template <class T>
struct OffloadResult<Result<T>> {
    using type = Result<T>;
};

class OffloadPool {
  public:
    // At most `queue` jobs wait; one more is refused with Fault::limit.
    OffloadPool(std::size_t threads, std::size_t queue);
    ~OffloadPool();  // finishes the jobs that somebody still waits for, then joins
    OffloadPool(const OffloadPool&) = delete;
    OffloadPool& operator=(const OffloadPool&) = delete;

    // Runs `job` on a pool thread and resumes on the caller's executor. `job` owns what it touches: past the deadline the caller has gone
    // on (Fault::timeout) while the job may still run. A job still queued then is dropped. What it throws becomes Fault::internal. job
    // returns T or Result<T>; the outcome is Result<T>.
    template <class Job>
    auto run(Deadline deadline, Job job) -> Task<typename OffloadResult<std::invoke_result_t<Job&>>::type> {
        using Value = std::invoke_result_t<Job&>;
        if constexpr (std::is_void_v<Value>) {
            co_return co_await run_erased(deadline, std::move(job));
        } else {
            auto slot = std::make_shared<std::optional<Value>>();
            auto done = co_await run_erased(deadline, [slot, job = std::move(job)]() mutable { slot->emplace(job()); });
            if (!done) co_return std::unexpected(std::move(done.error()));
            co_return std::move(**slot);
        }
    }

    std::size_t queued() const;

  private:
    Task<Result<void>> run_erased(Deadline deadline, std::move_only_function<void()> job);
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace sky
