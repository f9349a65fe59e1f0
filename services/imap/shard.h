#pragma once
// One thread's worth of the service: its listeners, its sessions, its views, its connections to PostgreSQL, Redis and auth.
#include <memory>
#include <optional>
#include <vector>

#include "imap/house.h"
#include "sky/async/group.h"
#include "sky/async/shards.h"
#include "sky/net/listener.h"
#include "sky/pg/pool.h"
#include "sky/settings/settings.h"
#include "sky/telemetry/health.h"

namespace sky::imapd {

// What all shards share; thread-safe.
struct Process {
    const settings::Settings& settings;
    std::shared_ptr<net::TlsServer> tls;  // empty without a certificate: then nobody can sign in
    std::shared_ptr<rpc::Channel> auth;
    std::optional<redis::Options> redis;
    SystemClock clock{};
    OffloadPool offload{1, 1000};
};

class ImapShard final : public Shard {
  public:
    static Task<Result<std::unique_ptr<Shard>>> start(Process& process, ShardContext context);
    Task<void> drain(Deadline deadline) override;
    ~ImapShard() override;

  private:
    ImapShard(Process& process, ShardContext context);
    Result<void> listen(std::string_view name, std::string_view port_key, std::shared_ptr<const net::TlsServer> tls);
    Task<void> serve(net::Stream stream, std::string_view listener);
    Task<Result<void>> ready(Deadline deadline);
    void account_changed(AccountId account);

    Process& process_;
    pg::Pool pool_;
    std::unique_ptr<redis::Client> redis_;
    std::unique_ptr<redis::Subscriber> subscriber_;
    identity::Identity identity_;
    std::unique_ptr<presence::Registry> presence_;
    Group errands_;
    Views views_;
    House house_;
    Group sessions_;
    std::vector<std::unique_ptr<net::Listener>> listeners_;
    std::unique_ptr<HealthServer> health_;
};

}  // namespace sky::imapd
