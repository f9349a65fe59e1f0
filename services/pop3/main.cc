#include <unistd.h>

#include "pop3/settings.h"
#include "pop3/shard.h"
#include "sky/redis/url.h"
#include "sky/telemetry/log.h"

namespace {
using namespace sky;

std::string instance() {
    char host[256] = "?";
    ::gethostname(host, sizeof host - 1);
    return std::string(host) + "/" + std::to_string(::getpid());
}

Result<void> fill(pop3d::Process& process) {
    const settings::Settings& settings = process.settings;
    if (settings.is_set("TLS_CERT")) {
        auto tls = net::TlsServer::open(
            {.certificate_file = settings.text("TLS_CERT"),
             .key_file = settings.text("TLS_KEY"),
             .directory = settings.text("TLS_DIRECTORY"),
             .client_certificates = settings.is_set("CLIENT_CA") ? net::ClientCertificates::requested : net::ClientCertificates::ignored,
             .client_ca_file = settings.text("CLIENT_CA")});
        if (!tls) return std::unexpected(std::move(tls.error()));
        process.tls = std::move(*tls);
    }
    if (settings.is_set("REDIS")) {
        auto redis = redis::parse_url(settings.text("REDIS"));
        if (!redis) return std::unexpected(std::move(redis.error()));
        redis->authority = settings.text("REDIS_CA");
        redis->name = "skybridge-pop3";
        process.redis = std::move(*redis);
    }
    const rpc::Credentials credentials{settings.text("RPC_CERT"), settings.text("RPC_KEY"), settings.text("RPC_CA")};
    process.auth = std::make_shared<rpc::Channel>(rpc::ChannelOptions{.target = settings.text("AUTH_ADDRESS"), .credentials = credentials});
    process.instance = instance();
    return {};
}

int failed(const Error& error) {
    log::error("pop3.start.failed", {{"reason", error.reason.empty() ? error.text : error.reason}});
    return 1;
}
}  // namespace

int main(int argc, char** argv) {
    const auto begun = settings::start("pop3", "Gives users their inbox by POP3.", pop3d::setting_rows, argc, argv);
    if (!begun.settings) return begun.exit_code;
    const settings::Settings& settings = *begun.settings;
    log::start("pop3", log::level_of(settings.text("LOG_LEVEL")));
    pop3d::Process process{.settings = settings};
    if (auto filled = fill(process); !filled) return failed(filled.error());

    const auto reload = [&process] {
        if (!process.tls) return;
        if (auto fresh = process.tls->reload(); !fresh)
            log::error("pop3.tls.reload_failed", {{"reason", fresh.error().reason}});
        else if (*fresh)
            log::info("pop3.tls.reloaded");
    };
    ShardOptions options{.threads = static_cast<std::size_t>(settings.number("THREADS")),
                         .drain = settings.seconds("DRAIN_SECONDS"),
                         .refresh = reload,
                         .refresh_every = settings.duration("TLS_RELOAD"),
                         .on_ready = [] { log::info("pop3.started"); }};
    auto ended = run_shards(std::move(options), [&process](ShardContext context) { return pop3d::Pop3Shard::start(process, context); });
    if (!ended) return failed(ended.error());
    log::info("pop3.stopped");
    return 0;
}
