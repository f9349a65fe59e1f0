#pragma once
// The shards of a process that serve calls. One Shards<Local> a process, made before the first shard starts; Local is what the service has
// on each shard (its pools, caches) and what handlers are called with. A call stays on the shard it was dealt to, so handlers need no
// locks.
#include <cstddef>
#include <memory>

#include "sky/async/task.h"
#include "sky/async/timer.h"

namespace sky::rpc {

namespace detail {
class Home;  // the calls that run on one shard
class Homes {
  public:
    Homes();
    ~Homes();
    std::shared_ptr<Home> pick();  // any thread; null when no shard serves
    void enter(std::size_t index, Executor executor, void* local);
    Task<void> leave(std::size_t index, Deadline deadline);

  private:
    struct State;
    std::unique_ptr<State> state_;
};
}  // namespace detail

template <class Local>
class Shards {
  public:
    // Calls are dealt to this shard from now on. `local` lives until leave() has returned. On the shard's thread.
    void enter(std::size_t index, Executor executor, Local& local) { homes_.enter(index, std::move(executor), &local); }

    // No new calls; streams see the end of their input; running calls may end until the deadline and are cancelled then. Returns when none
    // is left on this shard. On the shard's thread, from Shard::drain().
    Task<void> leave(std::size_t index, Deadline deadline) { return homes_.leave(index, deadline); }

    detail::Homes& homes() { return homes_; }

  private:
    detail::Homes homes_;
};

}  // namespace sky::rpc
