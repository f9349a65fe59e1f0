#pragma once
// A gRPC server: mutual TLS, the health protocol (grpc.health.v1), a bounded stop. Services use the callback API and answer each method
// with one line of unary.h or server_stream.h.
#include <memory>
#include <string>
#include <vector>

#include "sky/async/task.h"
#include "sky/async/timer.h"
#include "sky/base/result.h"
#include "sky/rpc/credentials.h"

namespace grpc {
class CallbackGenericService;
class Service;
}  // namespace grpc

namespace sky::rpc {

struct ServerOptions {
    std::string address;  // host:port; port 0 takes a free one
    Credentials credentials;
    std::size_t largest_message = 1 << 20;  // octets, received
};

enum class Serving { yes, no };

class Server {
  public:
    // Listens at once; says "not serving" to the health protocol until told otherwise. The services are the caller's and outlive the
    // server. Fails with Fault::unavailable when the address is taken or the credentials can't be read.
    // `others` (may be null) serves the methods that none of the services has: Methods::service().
    static Result<std::unique_ptr<Server>> start(ServerOptions options, std::vector<grpc::Service*> services,
                                                 grpc::CallbackGenericService* others = nullptr);
    ~Server();  // stops with no grace if stop() was not awaited

    int port() const;
    void set_serving(Serving serving);  // any thread

    // Takes no new calls, lets running ones end until the deadline, then cancels them; returns when none is left. Streams end only because
    // their shards leave (Shards::leave), so await both.
    Task<void> stop(Deadline deadline);

  private:
    struct State;
    explicit Server(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace sky::rpc
