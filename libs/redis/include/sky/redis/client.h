#pragma once
// Commands to Redis, awaited. All coroutines of a shard share one connection: what they send while a write is under way travels together,
// replies are matched in order. Redis is a hint in this suite: while it is away every call fails at once with Fault::unavailable, and the
// client reconnects by itself with backoff.
//
// One Client a shard; it belongs to the shard's thread.
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sky/async/task.h"
#include "sky/async/timer.h"
#include "sky/base/result.h"
#include "sky/redis/options.h"
#include "sky/redis/value.h"

namespace sky::redis {

// A Lua script in static storage: constexpr Script take{"return redis.call('INCR', KEYS[1])"}; sent by its SHA-1 once Redis knows it.
struct Script {
    std::string_view text;
};

class Client {
  public:
    // Connects at once, in the background. Calls made before the first attempt has ended wait for it.
    Client(Executor executor, Options options);
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    // One command. The octets of argv are copied before this suspends. An error reply of Redis becomes an Error: READONLY, LOADING, OOM and
    // the like are unavailable, the rest is internal; its reason is Redis's text. A deadline that passes is Fault::timeout; the command may
    // have run.
    Task<Result<Value>> command(std::span<const std::string_view> argv, Deadline deadline);
    Task<Result<Value>> command(std::initializer_list<std::string_view> argv, Deadline deadline);

    // Several commands together, not atomic; their replies in order. Error replies stand as Value::Kind::error in the vector.
    Task<Result<std::vector<Value>>> pipeline(std::vector<std::vector<std::string>> commands, Deadline deadline);

    // Runs a script: keys are KEYS[1..], arguments ARGV[1..].
    Task<Result<Value>> run(Script script, std::span<const std::string_view> keys, std::span<const std::string_view> arguments,
                            Deadline deadline);

    bool connected() const;
    std::size_t waiting() const;  // commands whose reply is not here yet

    // Closes; waiting calls fail with Fault::unavailable, as do all later ones.
    Task<void> stop();

  private:
    class Link;
    std::shared_ptr<Link> link_;
};

}  // namespace sky::redis
