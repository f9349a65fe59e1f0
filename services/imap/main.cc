#include "imap/settings.h"
#include "imap/shard.h"
#include "sky/redis/url.h"
#include "sky/telemetry/log.h"

namespace {

void failed(const sky::Error& error) {
    sky::log::error("imap.start.failed", {{"reason", error.reason.empty() ? error.text : error.reason}});
}

}  // namespace

int main(int argc, char** argv) {
    using namespace sky;
    const auto begun = settings::start("imap", "Serves mailboxes to IMAP clients.", imapd::setting_rows, argc, argv);
    if (!begun.settings) return begun.exit_code;
    const settings::Settings& settings = *begun.settings;
    log::start("imap", log::level_of(settings.text("LOG_LEVEL")));

    imapd::Process process{.settings = settings, .tls = {}, .auth = {}, .redis = {}};
    if (settings.is_set("TLS_CERT")) {
        auto tls = net::TlsServer::open(
            {.certificate_file = settings.text("TLS_CERT"),
             .key_file = settings.text("TLS_KEY"),
             .directory = settings.text("TLS_DIRECTORY"),
             .alpn = {"imap"},
             .client_certificates = settings.is_set("CLIENT_CA") ? net::ClientCertificates::requested : net::ClientCertificates::ignored,
             .client_ca_file = settings.text("CLIENT_CA")});
        if (!tls) return failed(tls.error()), 1;
        process.tls = std::move(*tls);
    }
    if (settings.is_set("REDIS")) {
        auto redis = redis::parse_url(settings.text("REDIS"));
        if (!redis) return failed(redis.error()), 1;
        redis->authority = settings.text("REDIS_CA");
        redis->name = "skybridge-imap";
        process.redis = std::move(*redis);
    }
    process.auth = std::make_shared<rpc::Channel>(
        rpc::ChannelOptions{.target = settings.text("AUTH_ADDRESS"),
                            .credentials = {settings.text("RPC_CERT"), settings.text("RPC_KEY"), settings.text("RPC_CA")}});

    const auto reload = [&process] {
        if (!process.tls) return;
        if (auto fresh = process.tls->reload(); !fresh)
            log::error("imap.tls.reload_failed", {{"reason", fresh.error().reason}});
        else if (*fresh)
            log::info("imap.tls.reloaded");
    };
    ShardOptions options{.threads = static_cast<std::size_t>(settings.number("THREADS")),
                         .drain = settings.seconds("DRAIN_SECONDS"),
                         .refresh = reload,
                         .refresh_every = settings.duration("TLS_RELOAD"),
                         .on_ready = [] { log::info("imap.started"); }};
    if (auto ended = run_shards(std::move(options), [&process](ShardContext context) { return imapd::ImapShard::start(process, context); });
        !ended)
        return failed(ended.error()), 1;
    log::info("imap.stopped");
    return 0;
}
