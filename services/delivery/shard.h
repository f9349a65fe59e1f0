#pragma once
// One thread's worth of the service: its connections, the batcher, the queue's runner, and what handlers are called with.
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "delivery/announcer.h"
#include "delivery/batcher.h"
#include "delivery/indexer.h"
#include "delivery/queue/runner.h"
#include "sky/async/group.h"
#include "sky/async/offload.h"
#include "sky/async/shards.h"
#include "sky/identity/identity.h"
#include "sky/rpc/server.h"
#include "sky/rpc/shards.h"
#include "sky/settings/settings.h"
#include "sky/telemetry/health.h"

namespace sky::delivery {

class DeliveryShard;

// What all shards share; thread-safe.
struct Process {
    const settings::Settings& settings;
    std::optional<redis::Options> redis;
    std::shared_ptr<rpc::Channel> auth;
    Smarthost smarthost;
    mailstore::Converter attachment_converter;  // unset: attachments are not searched
    std::set<std::string, std::less<>> gateways, operators;
    rpc::Shards<DeliveryShard>& shards;
    rpc::Server* server = nullptr;
    OffloadPool offload{1, 1000};
};

// Common names in certificates decide who may ask what.
enum class Right { submit, administer };

class DeliveryShard final : public Shard {
  public:
    static Task<Result<std::unique_ptr<Shard>>> start(Process& process, ShardContext context);
    DeliveryShard(Process& process, ShardContext context);
    Task<void> drain(Deadline deadline) override;

    Result<void> permit(std::string_view caller, Right right) const;
    const settings::Settings& settings() const { return process_.settings; }
    OffloadPool& offload() { return process_.offload; }
    pg::Pool& pool() { return pool_; }
    Batcher& batcher() { return batcher_; }
    QueueRunner& runner() { return runner_; }

  private:
    void committed(TenantId tenant, const BatchOutcome& outcome);
    Task<Result<void>> ready(Deadline deadline);
    Task<void> forget_old();  // the ledger
    Task<void> tidy();        // the store
    Task<void> fill_sort_keys();

    Process& process_;
    ShardContext context_;
    pg::Pool pool_;
    std::unique_ptr<redis::Client> redis_;
    Announcer announcer_;
    Indexer indexer_;
    identity::Identity identity_;
    mailstore::ObjectIds ids_;
    Writer writer_;
    Batcher batcher_;
    QueueRunner runner_;
    Group group_;
    std::unique_ptr<HealthServer> health_;
};

}  // namespace sky::delivery
