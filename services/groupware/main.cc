#include "groupware/settings.h"
#include "groupware/shard.h"
#include "sky/telemetry/log.h"

int main(int argc, char** argv) {
    using namespace sky;
    const auto begun = settings::start("groupware", "Serves calendars to CalDAV clients.", groupware::setting_rows, argc, argv);
    if (!begun.settings) return begun.exit_code;
    const settings::Settings& settings = *begun.settings;
    log::start("groupware", log::level_of(settings.text("LOG_LEVEL")));

    groupware::Process process{.settings = settings, .tls = {}, .auth = {}};
    auto tls = net::TlsServer::open({.certificate_file = settings.text("TLS_CERT"),
                                     .key_file = settings.text("TLS_KEY"),
                                     .directory = settings.text("TLS_DIRECTORY"),
                                     .alpn = {"http/1.1"}});
    if (!tls) {
        log::error("groupware.start.failed",
                   {{"reason", "TLS_CERT and TLS_KEY are needed, passwords never travel in the clear: " + tls.error().reason}});
        return 1;
    }
    process.tls = std::move(*tls);
    process.auth = std::make_shared<rpc::Channel>(
        rpc::ChannelOptions{.target = settings.text("AUTH_ADDRESS"),
                            .credentials = {settings.text("RPC_CERT"), settings.text("RPC_KEY"), settings.text("RPC_CA")}});

    const auto reload = [&process] {
        if (auto fresh = process.tls->reload(); !fresh)
            log::error("groupware.tls.reload_failed", {{"reason", fresh.error().reason}});
        else if (*fresh)
            log::info("groupware.tls.reloaded");
    };
    ShardOptions options{.threads = static_cast<std::size_t>(settings.number("THREADS")),
                         .drain = settings.seconds("DRAIN_SECONDS"),
                         .refresh = reload,
                         .refresh_every = settings.duration("TLS_RELOAD"),
                         .on_ready = [] { log::info("groupware.started"); }};
    auto ended =
        run_shards(std::move(options), [&process](ShardContext context) { return groupware::GroupwareShard::start(process, context); });
    if (!ended) {
        log::error("groupware.start.failed", {{"reason", ended.error().reason.empty() ? ended.error().text : ended.error().reason}});
        return 1;
    }
    log::info("groupware.stopped");
    return 0;
}
