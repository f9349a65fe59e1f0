#pragma once
// The operator's window: GET /healthz/live, /healthz/ready and /metrics over plain HTTP. One per process, on shard 0.
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "sky/async/task.h"
#include "sky/async/timer.h"
#include "sky/base/result.h"

namespace sky {

struct HealthOptions {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;
};

class HealthServer {
  public:
    // The callback checks the service's own dependencies (its database, the services it needs): Fault → 503 with the error's text, and the
    // reason in the log. Must return by the deadline. While stopping() readiness is 503 without asking.
    using Ready = std::function<Task<Result<void>>(Deadline)>;
    static Result<std::unique_ptr<HealthServer>> open(Executor executor, HealthOptions options, Ready ready);
    ~HealthServer();
    std::uint16_t port() const;
    Task<void> stop(Deadline deadline);

  private:
    struct State;
    explicit HealthServer(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace sky
