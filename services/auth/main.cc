#include <sodium.h>

#include "auth/rpc/services.h"
#include "auth/settings.h"
#include "auth/shard.h"
#include "sky/base/encode.h"
#include "sky/redis/url.h"
#include "sky/telemetry/log.h"

namespace {
int failed(const sky::Error& error) {
    sky::log::error("auth.start.failed", {{"reason", error.reason.empty() ? error.text : error.reason}});
    return 1;
}
}  // namespace

int main(int argc, char** argv) {
    using namespace sky;
    const auto begun =
        settings::start("auth", "Knows who exists, proves who they are, and says where addresses lead.", auth::setting_rows, argc, argv);
    if (!begun.settings) return begun.exit_code;
    const settings::Settings& settings = *begun.settings;
    log::start("auth", log::level_of(settings.text("LOG_LEVEL")));
    if (sodium_init() < 0) return failed({Fault::internal, "", "libsodium can't start"});

    OffloadPool pool(static_cast<std::size_t>(settings.number("HASH_THREADS")), static_cast<std::size_t>(settings.number("HASH_QUEUE")));
    const auth::Passwords passwords(pool, {.operations = static_cast<std::uint64_t>(settings.number("ARGON2_OPERATIONS")),
                                           .memory = static_cast<std::size_t>(settings.number("ARGON2_MEMORY"))});
    auto seal = auth::Seal::load(settings.text("SEAL_KEY"), settings.text("SEAL_KEY_PREVIOUS"));
    if (!seal) return failed(seal.error());
    auto breached = settings.is_set("BREACHED_PASSWORDS") ? auth::BreachedPasswords::load(settings.text("BREACHED_PASSWORDS"))
                                                          : Result<auth::BreachedPasswords>();
    if (!breached) return failed(breached.error());
    OffloadPool directory_pool(static_cast<std::size_t>(settings.number("LDAP_THREADS")), 1024);
    auto external = auth::external_reach(settings, directory_pool);
    if (!external) return failed(external.error());
    rpc::Shards<auth::AuthShard> shards;
    auth::Process process{.settings = settings,
                          .passwords = passwords,
                          .redis = {},
                          .secret = random_bytes(32),
                          .seal = *seal,
                          .breached = *breached,
                          .external = *external,
                          .shards = shards};
    if (settings.is_set("REDIS")) {
        auto redis = redis::parse_url(settings.text("REDIS"));
        if (!redis) return failed(redis.error());
        redis->authority = settings.text("REDIS_CA");
        redis->name = "skybridge-auth";
        process.redis = std::move(*redis);
    }
    for (auto& name : settings.list("OPERATORS")) process.operators.insert(std::move(name));
    for (auto& name : settings.list("GATEWAYS")) process.gateways.insert(std::move(name));
    for (auto& name : settings.list("QUOTA_GATEWAYS")) process.quota_gateways.insert(std::move(name));
    for (auto& name : settings.list("OAUTH_GATEWAYS")) process.oauth_gateways.insert(std::move(name));

    auth::Services services(shards);
    const std::string& host = settings.text("LISTEN_ADDRESS");
    const std::string address = (host.contains(':') ? "[" + host + "]" : host) + ":" + std::to_string(settings.port("RPC_PORT"));
    auto server = rpc::Server::start(
        {.address = address, .credentials = {settings.text("RPC_CERT"), settings.text("RPC_KEY"), settings.text("RPC_CA")}}, services.all(),
        services.administration());
    if (!server) return failed(server.error());
    process.server = server->get();

    ShardOptions options{.threads = static_cast<std::size_t>(settings.number("THREADS")),
                         .drain = settings.seconds("DRAIN_SECONDS"),
                         .on_ready = [server = server->get()] {
                             server->set_serving(rpc::Serving::yes);
                             log::info("auth.started", {{"port", server->port()}});
                         }};
    auto ended = run_shards(std::move(options), [&process](ShardContext context) { return auth::AuthShard::start(process, context); });
    if (!ended) return failed(ended.error());
    log::info("auth.stopped");
    return 0;
}
