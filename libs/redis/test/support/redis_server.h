#pragma once
// A redis-server of a test's own on a free loopback port, without persistence.
#include <sys/types.h>

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "sky/async/task.h"
#include "sky/redis/options.h"

namespace sky::redis::testing {

class RedisServer {
  public:
    enum class Transport { plain, tls };
    // More arguments for redis-server: {"--requirepass", "x"}.
    explicit RedisServer(std::vector<std::string> arguments = {}) : RedisServer(Transport::plain, std::move(arguments)) {}
    RedisServer(Transport transport, std::vector<std::string> arguments);
    ~RedisServer();
    RedisServer(const RedisServer&) = delete;
    RedisServer& operator=(const RedisServer&) = delete;

    void start();   // on the same port as before; returns when it accepts
    void kill();    // SIGKILL; what it held is gone
    void freeze();  // SIGSTOP: it accepts connections and says nothing
    void thaw();

    Options options() const;
    std::uint16_t port() const { return port_; }

  private:
    Transport transport_;
    std::vector<std::string> arguments_;
    std::uint16_t port_;
    pid_t pid_ = -1;
};

// Runs a coroutine to its end; throws what it throws, or after 20 s.
void run(boost::asio::io_context& io, Task<void> task);

}  // namespace sky::redis::testing
