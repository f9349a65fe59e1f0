#pragma once
// One thread's worth of the service: its connections to the stores, its caches, and what handlers are called with.
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "auth/external_directory/directories.h"
#include "auth/oauth/options.h"
#include "auth/relying/providers.h"
#include "auth/sealing.h"
#include "auth/sign_in/attempts.h"
#include "auth/sign_in/dialogues.h"
#include "auth/sign_in/password_policy.h"
#include "auth/sign_in/passwords.h"
#include "auth/sign_in/sign_in.h"
#include "auth/watcher.h"
#include "sky/async/group.h"
#include "sky/async/offload.h"
#include "sky/async/shards.h"
#include "sky/dns/resolver.h"
#include "sky/mailstore/types.h"
#include "sky/pg/pool.h"
#include "sky/redis/client.h"
#include "sky/redis/subscriber.h"
#include "sky/rpc/server.h"
#include "sky/rpc/shards.h"
#include "sky/settings/settings.h"
#include "sky/telemetry/health.h"

namespace sky::auth {

class AuthShard;

// What all shards share; not changed once they run.
struct Process {
    const settings::Settings& settings;
    const Passwords& passwords;
    std::optional<redis::Options> redis;
    std::string secret;  // keys the digests of passwords; dies with the process
    const Seal& seal;    // the installation's key: the same in all replicas
    std::set<std::string, std::less<>> operators, gateways, oauth_gateways, quota_gateways;
    const BreachedPasswords& breached;
    const ExternalReach& external;
    rpc::Shards<AuthShard>& shards;
    rpc::Server* server = nullptr;
};

// Common names in certificates decide who may ask what.
enum class Right { administer, ask, show_pages, set_quota };

class AuthShard final : public Shard {
  public:
    static Task<Result<std::unique_ptr<Shard>>> start(const Process& process, ShardContext context);
    AuthShard(const Process& process, ShardContext context);
    Task<void> drain(Deadline deadline) override;

    Result<void> permit(std::string_view caller, Right right) const;
    pg::Pool& pool() { return pool_; }
    redis::Client* redis() { return redis_.get(); }
    const Passwords& passwords() const { return process_.passwords; }
    const Seal& seal() const { return process_.seal; }
    const BreachedPasswords& breached() const { return process_.breached; }
    Attempts& attempts() { return attempts_; }
    Directories& directories() { return directories_; }
    SignIn& sign_in() { return sign_in_; }
    Dialogues& dialogues() { return dialogues_; }
    Watcher& watcher() { return watcher_; }
    // Opened at the first question: few shards ever ask one.
    Result<dns::Resolver*> resolver();
    const oauth::Options& oauth() const { return oauth_; }
    relying::Providers& providers() { return *providers_; }
    // For what blocks or takes long and is seldom: its thread begins with the first use.
    OffloadPool& slow_work();
    std::int32_t default_retention_days() const {
        return static_cast<std::int32_t>(
            std::chrono::duration_cast<std::chrono::days>(process_.settings.duration("DEFAULT_RETENTION")).count());
    }
    std::int64_t default_quota() const { return process_.settings.number("DEFAULT_QUOTA"); }

    // A change was committed here: tell the watchers of this process and, through Redis, of the others.
    void changed();
    // Mail of this account changed here: tell the gateways.
    void mail_changed(const mailstore::Changed& change);

    // Fit to serve: the database answers, and its schemas are those this build knows.
    Task<Result<void>> ready(Deadline deadline);

  private:
    Task<void> tidy();
    Task<void> keep_journal();
    Task<void> keep_signing_keys();
    const Process& process_;
    ShardContext context_;
    pg::Pool pool_;
    std::unique_ptr<redis::Client> redis_;
    std::unique_ptr<redis::Subscriber> subscriber_;
    Attempts attempts_;
    Directories directories_;
    SignIn sign_in_;
    Dialogues dialogues_;
    Watcher watcher_;
    std::optional<dns::Resolver> resolver_;
    std::optional<OffloadPool> slow_work_;
    oauth::Options oauth_;
    std::optional<relying::Providers> providers_;
    redis::Subscription changes_;
    Group group_;
    std::unique_ptr<HealthServer> health_;
};

}  // namespace sky::auth
