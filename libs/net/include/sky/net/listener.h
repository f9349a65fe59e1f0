#pragma once
// Accepts connections for one shard (SO_REUSEPORT: the kernel spreads them over the shards), enforces limits, learns the client's address
// from trusted proxies, does the handshake of implicit TLS, and spawns one session per connection.
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sky/async/group.h"
#include "sky/net/stream.h"

namespace sky::net {

struct ListenerOptions {
    std::string name;                        // for reports: "imaps"
    std::string address = "::";              // "::" takes IPv4 as well
    std::uint16_t port = 0;                  // 0: a free one; see port()
    std::shared_ptr<const TlsServer> tls;    // set: TLS from the first octet
    std::vector<Network> trusted_proxies;    // connections from here must begin with a PROXY header
    std::chrono::seconds opening_limit{30};  // PROXY header and handshake together
    std::size_t connections = 2000;          // of this shard
    std::size_t connections_per_ip = 30;     // by limit_key()
    std::string busy_text;                   // what a plain-text peer over a limit hears before it is closed; may be empty
};

struct ListenerCounts {
    std::uint64_t accepted = 0, refused_limit = 0, refused_tls = 0, refused_proxy = 0;
};

class Listener {
  public:
    using Session = std::function<Task<void>(Stream)>;

    // Listens and accepts from now on. Sessions are spawned into `sessions`, which must outlive the Listener. Refusals are reported as
    // net.connection.refused, net.tls.refused, net.proxy.refused.
    static Result<std::unique_ptr<Listener>> open(Group& sessions, ListenerOptions options, Session session);
    ~Listener();

    std::uint16_t port() const;
    std::size_t connections() const;  // open now
    ListenerCounts counts() const;
    void stop();  // closes the listening socket; sessions go on

  private:
    struct State;
    explicit Listener(std::shared_ptr<State> state);
    std::shared_ptr<State> state_;
};

}  // namespace sky::net
