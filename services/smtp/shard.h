#pragma once
// One thread's worth of the service: its listeners, its sessions, its clients of auth and delivery.
#include <memory>
#include <optional>
#include <vector>

#include "sky/async/group.h"
#include "sky/async/shards.h"
#include "sky/identity/identity.h"
#include "sky/net/listener.h"
#include "sky/redis/client.h"
#include "sky/settings/settings.h"
#include "sky/telemetry/health.h"
#include "smtp/rate.h"
#include "smtp/rpc/delivery.h"
#include "smtp/sends.h"
#include "smtp/state.h"

namespace sky::smtpd {

// What all shards share; thread-safe.
struct Process {
    const settings::Settings& settings;
    std::shared_ptr<net::TlsServer> tls;  // empty without a certificate
    std::optional<redis::Options> redis;
    std::shared_ptr<rpc::Channel> auth, delivery;
    SystemClock clock;
};

class SmtpShard final : public Shard {
  public:
    static Task<Result<std::unique_ptr<Shard>>> start(const Process& process, ShardContext context);
    Task<void> drain(Deadline deadline) override;
    ~SmtpShard() override;

  private:
    class Ask;
    SmtpShard(const Process& process, ShardContext context);
    Result<void> listen();
    Result<void> listen_on(std::string_view name, std::string_view port_key, const Policy& policy,
                           std::shared_ptr<const net::TlsServer> tls);
    Task<void> serve(net::Stream stream, std::string_view listener, const Policy& policy);
    void changed(AccountId account);
    Task<Result<void>> ready(Deadline deadline);

    const Process& process_;
    ShardContext context_;
    identity::Identity identity_;
    std::unique_ptr<redis::Client> redis_;  // null: none is configured
    Sends sends_;
    Delivery delivery_;
    std::unique_ptr<Ask> ask_;
    std::unique_ptr<struct House> house_;
    Policy inbound_, submission_;
    Rate rate_;
    Group sessions_;
    std::vector<std::unique_ptr<net::Listener>> listeners_;
    std::unique_ptr<HealthServer> health_;
};

}  // namespace sky::smtpd
