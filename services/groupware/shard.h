#pragma once
// One thread's worth of the service: its listener, its connections, its pool and its client of auth.
#include <memory>

#include "groupware/session.h"
#include "groupware/sign_ins.h"
#include "sky/async/group.h"
#include "sky/async/shards.h"
#include "sky/net/listener.h"
#include "sky/settings/settings.h"
#include "sky/telemetry/health.h"

namespace sky::groupware {

// What all shards share; thread-safe.
struct Process {
    const settings::Settings& settings;
    std::shared_ptr<net::TlsServer> tls;
    std::shared_ptr<rpc::Channel> auth;
};

class GroupwareShard final : public Shard {
  public:
    static Task<Result<std::unique_ptr<Shard>>> start(const Process& process, ShardContext context);
    Task<void> drain(Deadline deadline) override;

  private:
    GroupwareShard(const Process& process, ShardContext context);
    Result<void> listen();
    Task<void> serve(net::Stream stream);
    Task<Result<void>> ready(Deadline deadline);
    Task<void> tidy();

    const Process& process_;
    ShardContext context_;
    pg::Pool pool_;
    identity::Identity identity_;
    SignIns sign_ins_;
    Session session_;
    Group connections_;
    Group errands_;
    std::unique_ptr<net::Listener> listener_;
    std::unique_ptr<HealthServer> health_;
    bool draining_ = false;
};

}  // namespace sky::groupware
