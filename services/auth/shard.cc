#include "auth/shard.h"

#include "auth/external_directory/sync.h"
#include "auth/limits/in_force.h"
#include "auth/metrics.h"
#include "auth/oauth/keys.h"
#include "auth/rpc/closing.h"
#include "auth/setup.h"
#include "auth/store/audit.h"
#include "auth/store/oauth_tokens.h"
#include "auth/usage/nightly.h"
#include "sky/async/timer.h"
#include "sky/calstore/types.h"
#include "sky/mailstore/notify.h"
#include "sky/mailstore/types.h"
#include "sky/pg/schema.h"
#include "sky/telemetry/log.h"

namespace sky::auth {
namespace {
using namespace std::chrono_literals;

// The newest of migrations/.
constexpr int schema_version = 18;

constexpr pg::KnownSchema schemas[] = {
    {"directory", "auth", schema_version}, {"mail", "mailstore", mailstore::schema_version}, {"cal", "calstore", calstore::schema_version}};

pg::PoolOptions pool_options(const settings::Settings& settings) {
    return {.dsn = settings.text("PG_DSN"),
            .connections = static_cast<std::size_t>(settings.number("PG_CONNECTIONS")),
            .durability = settings.text("PG_DURABILITY") == "waived" ? pg::Durability::waived : pg::Durability::required,
            .application = "skybridge-auth"};
}

// How providers of others are asked.
Result<http::ClientOptions> provider_questions(const settings::Settings& settings) {
    auto networks = net::parse_networks(settings.text("OIDC_NETWORKS"));
    if (!networks) return unexpected(Fault::syntax, "SKYBRIDGE_AUTH_OIDC_NETWORKS: " + networks.error().text);
    auto tls = net::TlsClient::open({.ca_file = settings.text("OIDC_CA")});
    if (!tls) return unexpected(Fault::syntax, "SKYBRIDGE_AUTH_OIDC_CA: " + tls.error().text, tls.error().reason);
    return http::ClientOptions{.tls = *tls, .permitted = [networks = std::move(*networks)](std::string_view address) {
                                   return net::is_public(address) || net::contains(networks, address);
                               }};
}

Task<void> publish(redis::Client& client, std::string channel, std::string payload) {
    static_cast<void>(co_await client.command({"PUBLISH", channel, payload}, after(1s)));  // readers look by themselves soon
}
}  // namespace

AuthShard::AuthShard(const Process& process, ShardContext context)
    : process_(process),
      context_(context),
      pool_(context.executor, pool_options(process.settings)),
      redis_(process.redis ? std::make_unique<redis::Client>(context.executor, *process.redis) : nullptr),
      subscriber_(process.redis ? std::make_unique<redis::Subscriber>(context.executor, *process.redis) : nullptr),
      attempts_(redis_.get()),
      directories_(pool_, process.seal, process.external),
      sign_in_(pool_, process.passwords, attempts_, process.seal, directories_, process.secret, process.settings.seconds("VERDICT_LIFE")),
      dialogues_(sign_in_),
      watcher_(pool_),
      group_(context.executor) {}

Task<Result<std::unique_ptr<Shard>>> AuthShard::start(const Process& process, ShardContext context) {
    auto shard = std::make_unique<AuthShard>(process, context);
    if (auto known = co_await pg::check_schemas(shard->pool_, schemas, after(30s)); !known) co_return forward(known);
    auto options = oauth::options_of(process.settings);
    if (!options) co_return forward(options);
    shard->oauth_ = std::move(*options);
    shard->sign_in_.take_access_tokens_for(shard->oauth_.resources);
    auto questions = provider_questions(process.settings);
    if (!questions) co_return forward(questions);
    shard->providers_.emplace(std::move(*questions));
    if (shard->subscriber_) {
        auto wake = [watcher = &shard->watcher_] { watcher->wake(); };
        shard->changes_ = shard->subscriber_->subscribe(std::string(change_channel), [wake](std::string_view) { wake(); }, wake);
    }
    shard->group_.spawn("auth.watch", shard->watcher_.run());
    shard->group_.spawn("auth.journal", shard->keep_journal());
    if (context.index == 0) {
        shard->group_.spawn("auth.tidy", shard->tidy());
        shard->group_.spawn("auth.usage", record_days(shard->pool_));
        shard->group_.spawn("auth.directories", follow_directories(*shard));
        shard->group_.spawn("auth.limits", keep_limits_in_force(*shard));
        if (shard->oauth_.offered()) shard->group_.spawn("auth.oauth_keys", shard->keep_signing_keys());
        if (auto offered = co_await offer_setup(shard->pool_, after(30s)); !offered) co_return forward(offered);
        const HealthOptions where{process.settings.text("HEALTH_ADDRESS"), process.settings.port("HEALTH_PORT")};
        auto health =
            HealthServer::open(context.executor, where, [self = shard.get()](Deadline deadline) { return self->ready(deadline); });
        if (!health) co_return forward(health);
        shard->health_ = std::move(*health);
    }
    process.shards.enter(context.index, context.executor, *shard);
    co_return std::unique_ptr<Shard>(std::move(shard));
}

Task<void> AuthShard::drain(Deadline deadline) {
    if (context_.index == 0 && process_.server) process_.server->set_serving(rpc::Serving::no);
    co_await process_.shards.leave(context_.index, deadline);
    if (context_.index == 0 && process_.server) co_await process_.server->stop(deadline);
    changes_ = {};
    co_await group_.stop(deadline);
    static_cast<void>(co_await sign_in_.journal().flush(pool_, deadline));
    if (resolver_) resolver_->stop();
    if (subscriber_) co_await subscriber_->stop();
    if (redis_) co_await redis_->stop();
    if (health_) co_await health_->stop(deadline);
    pool_.close();
}

Result<void> AuthShard::permit(std::string_view caller, Right right) const {
    const auto& names = right == Right::administer  ? process_.operators
                        : right == Right::ask       ? process_.gateways
                        : right == Right::set_quota ? process_.quota_gateways
                                                    : process_.oauth_gateways;
    if (names.contains(caller)) return {};
    return unexpected(Fault::forbidden, "this certificate may not do that", "caller " + std::string(caller));
}

Result<dns::Resolver*> AuthShard::resolver() {
    if (resolver_) return &*resolver_;
    auto options = dns::resolver_at(process_.settings.text("DNS_RESOLVER"));
    if (!options) return forward(options);
    auto opened = dns::Resolver::open(context_.executor, *options);
    if (!opened) return forward(opened);
    return &resolver_.emplace(std::move(*opened));
}

void AuthShard::changed() {
    metrics::writes.add();
    watcher_.wake();
    if (redis_) group_.spawn("auth.publish", publish(*redis_, std::string(change_channel), "1"));
}

void AuthShard::mail_changed(const mailstore::Changed& change) {
    if (redis_ && change.modseq)
        group_.spawn("auth.publish", publish(*redis_, mailstore::change_channel(change.account), mailstore::change_payload(change.modseq)));
}

Task<Result<void>> AuthShard::ready(Deadline deadline) { co_return co_await pg::check_schemas(pool_, schemas, deadline); }

Task<void> AuthShard::keep_journal() {
    for (;;) {
        co_await sleep_for(1s);
        if (auto written = co_await sign_in_.journal().flush(pool_, after(10s)); !written)
            log::warning("auth.journal.waits", {{"kinds", sign_in_.journal().waiting()}, {"reason", written.error().reason}});
    }
}

OffloadPool& AuthShard::slow_work() {
    if (!slow_work_) slow_work_.emplace(1, 64);
    return *slow_work_;
}

Task<void> AuthShard::keep_signing_keys() {
    for (;;) {
        auto done = co_await oauth::keep_keys({pool_, seal(), slow_work(), oauth_.key_life}, after(60s));
        if (!done) log::warning("auth.oauth.keys_failed", {{"reason", done.error().reason}});
        co_await sleep_for(done ? 60s : 5s);
    }
}

Task<void> AuthShard::tidy() {
    for (;;) {
        const auto kept = process_.settings.seconds("AUDIT_RETENTION");
        if (auto done = co_await forget_records(pool_, std::chrono::system_clock::now() - kept, after(300s)); !done)
            log::warning("auth.tidy.failed", {{"reason", done.error().reason}});
        if (auto done = co_await remove_closed_tenants(*this, after(300s)); !done)
            log::warning("auth.closing.failed", {{"reason", done.error().reason}});
        if (auto done = co_await oauth::forget_ended(pool_, after(60s)); !done)
            log::warning("auth.tidy.failed", {{"reason", done.error().reason}});
        if (auto done = co_await forget_old_changes(pool_, after(30s)); !done)
            log::warning("auth.tidy.failed", {{"reason", done.error().reason}});
        co_await sleep_for(1h);
    }
}

}  // namespace sky::auth
