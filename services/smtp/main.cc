#include "sky/redis/url.h"
#include "sky/telemetry/log.h"
#include "smtp/settings.h"
#include "smtp/shard.h"

int main(int argc, char** argv) {
    using namespace sky;
    const auto begun = settings::start("smtp", "Accepts mail from other servers and from users, and hands it to delivery.",
                                       smtpd::setting_rows, argc, argv);
    if (!begun.settings) return begun.exit_code;
    const settings::Settings& settings = *begun.settings;
    log::start("smtp", log::level_of(settings.text("LOG_LEVEL")));

    smtpd::Process process{.settings = settings};
    if (settings.is_set("TLS_CERT")) {
        auto tls = net::TlsServer::open(
            {.certificate_file = settings.text("TLS_CERT"),
             .key_file = settings.text("TLS_KEY"),
             .directory = settings.text("TLS_DIRECTORY"),
             .client_certificates = settings.is_set("CLIENT_CA") ? net::ClientCertificates::requested : net::ClientCertificates::ignored,
             .client_ca_file = settings.text("CLIENT_CA")});
        if (!tls) {
            log::error("smtp.start.failed", {{"reason", tls.error().reason}});
            return 1;
        }
        process.tls = std::move(*tls);
    }
    if (settings.is_set("REDIS")) {
        auto redis = redis::parse_url(settings.text("REDIS"));
        if (!redis) {
            log::error("smtp.start.failed", {{"reason", redis.error().text}});
            return 1;
        }
        redis->authority = settings.text("REDIS_CA");
        redis->name = "skybridge-smtp";
        process.redis = std::move(*redis);
    }
    const rpc::Credentials credentials{settings.text("RPC_CERT"), settings.text("RPC_KEY"), settings.text("RPC_CA")};
    process.auth = std::make_shared<rpc::Channel>(rpc::ChannelOptions{.target = settings.text("AUTH_ADDRESS"), .credentials = credentials});
    process.delivery =
        std::make_shared<rpc::Channel>(rpc::ChannelOptions{.target = settings.text("DELIVERY_ADDRESS"), .credentials = credentials});

    const auto reload = [&process] {
        if (!process.tls) return;
        if (auto fresh = process.tls->reload(); !fresh)
            log::error("smtp.tls.reload_failed", {{"reason", fresh.error().reason}});
        else if (*fresh)
            log::info("smtp.tls.reloaded");
    };
    ShardOptions options{.threads = static_cast<std::size_t>(settings.number("THREADS")),
                         .drain = settings.seconds("DRAIN_SECONDS"),
                         .refresh = reload,
                         .refresh_every = settings.duration("TLS_RELOAD"),
                         .on_ready = [] { log::info("smtp.started"); }};
    auto ended = run_shards(std::move(options), [&process](ShardContext context) { return smtpd::SmtpShard::start(process, context); });
    if (!ended) {
        log::error("smtp.start.failed", {{"reason", ended.error().reason.empty() ? ended.error().text : ended.error().reason}});
        return 1;
    }
    log::info("smtp.stopped");
    return 0;
}
