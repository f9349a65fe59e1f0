#pragma once
// The life of a process: N shards, each a thread with its own io_context and everything it needs; signals; draining.
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>

#include "sky/async/task.h"
#include "sky/async/timer.h"
#include "sky/base/result.h"

namespace sky {

// What a service runs on one thread. Made, drained and destroyed on that thread.
class Shard {
  public:
    virtual ~Shard() = default;
    // Stop taking new work, let the present end or tell it to; return by the deadline. Called once.
    virtual Task<void> drain(Deadline deadline) = 0;
};

struct ShardContext {
    Executor executor;
    std::size_t index = 0;  // 0 … count-1; shard 0 does what the process does once
    std::size_t count = 1;
};

using StartShard = std::function<Task<Result<std::unique_ptr<Shard>>>(ShardContext)>;

struct ShardOptions {
    std::size_t threads = 1;
    std::chrono::seconds drain{25};
    std::function<void()> refresh;  // reads files again that may have changed: on shard 0, at SIGHUP and every refresh_every; may be empty
    std::chrono::milliseconds refresh_every{0};  // 0: at SIGHUP only
    std::function<void()> on_ready;              // once, on shard 0, when every shard has started; may be empty
};

// Runs until SIGTERM or SIGINT (or request_stop()), then drains all shards at once and returns. A second signal ends the process at once.
// When one shard can't start, the others drain and its error is returned. Ignores SIGPIPE for the process. Call it from main, once at a
// time.
Result<void> run_shards(ShardOptions options, StartShard start);

// As if SIGTERM had come; from any thread.
void request_stop();
// True once draining began; for readiness. Any thread.
bool stopping();

}  // namespace sky
