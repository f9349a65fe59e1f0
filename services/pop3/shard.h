#pragma once
// One thread's worth of the service: its listeners, its sessions, its pool, its clients of auth and Redis.
#include <memory>
#include <vector>

#include "pop3/session.h"
#include "pop3/store/inbox.h"
#include "sky/async/group.h"
#include "sky/async/shards.h"
#include "sky/identity/identity.h"
#include "sky/net/listener.h"
#include "sky/presence/presence.h"
#include "sky/settings/settings.h"
#include "sky/telemetry/health.h"

namespace sky::pop3d {

// What all shards share; thread-safe.
struct Process {
    const settings::Settings& settings;
    std::shared_ptr<net::TlsServer> tls;
    std::shared_ptr<rpc::Channel> auth;
    std::optional<redis::Options> redis;
    SystemClock clock;
    std::string instance;  // of presence: which process serves a session
};

class Pop3Shard final : public Shard, private Directory {
  public:
    static Task<Result<std::unique_ptr<Shard>>> start(const Process& process, ShardContext context);
    Task<void> drain(Deadline deadline) override;

  private:
    Pop3Shard(const Process& process, ShardContext context);
    Result<void> listen_on(std::string_view name, std::string_view port_key, std::shared_ptr<const net::TlsServer> tls);
    Task<void> serve(net::Stream stream, std::string_view listener);
    Task<Result<identity::Principal>> authenticate(identity::Attempt attempt, Deadline deadline) override;
    Task<Result<identity::Principal>> converse(identity::Attempt attempt, identity::Dialogue dialogue, identity::AskClient ask) override;
    std::shared_ptr<void> announce(const Session& session, std::function<void()> end);
    void changed(AccountId account);
    Task<Result<void>> ready(Deadline deadline);

    const Process& process_;
    ShardContext context_;
    pg::Pool pool_;
    identity::Identity identity_;
    std::unique_ptr<redis::Client> redis_;
    std::unique_ptr<redis::Subscriber> subscriber_;
    std::unique_ptr<presence::Registry> registry_;
    StoreInbox inbox_;
    Policy policy_;
    House house_;
    Group sessions_;
    std::vector<std::unique_ptr<net::Listener>> listeners_;
    std::unique_ptr<HealthServer> health_;
};

}  // namespace sky::pop3d
