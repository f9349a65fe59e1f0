#pragma once
// A connection to a service: mutual TLS, keepalive, reconnection, all replicas behind the name in turn. One a shard or one a process;
// any thread. Make stubs from grpc().
#include <memory>
#include <string>

#include "sky/async/task.h"
#include "sky/async/timer.h"
#include "sky/base/result.h"
#include "sky/rpc/context.h"
#include "sky/rpc/credentials.h"

namespace grpc {
class ChannelInterface;
}

namespace sky::rpc {

struct ChannelOptions {
    std::string target;  // host:port or a gRPC name (dns:///auth:7001)
    Credentials credentials;
    std::string server_name;                // what the server's certificate must be for; empty: the host in target
    std::size_t largest_message = 1 << 20;  // octets, received
};

class Channel {
  public:
    explicit Channel(ChannelOptions options);
    const std::shared_ptr<grpc::ChannelInterface>& grpc() const { return channel_; }

    // Asks the other end's health service. Fault::unavailable when it is away or says that it does not serve.
    Task<Result<void>> check(Deadline deadline) const;

  private:
    std::shared_ptr<grpc::ChannelInterface> channel_;
};

}  // namespace sky::rpc
