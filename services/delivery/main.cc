#include "delivery/attachment_converter.h"
#include "delivery/rpc/services.h"
#include "delivery/settings.h"
#include "delivery/shard.h"
#include "sky/base/ascii.h"
#include "sky/redis/url.h"
#include "sky/telemetry/log.h"

namespace {
using namespace sky;

int failed(const Error& error) {
    log::error("delivery.start.failed", {{"reason", error.reason.empty() ? error.text : error.reason}});
    return 1;
}

delivery::RelayTls relay_tls(std::string_view choice) {
    if (choice == "none") return delivery::RelayTls::none;
    if (choice == "opportunistic") return delivery::RelayTls::opportunistic;
    return choice == "implicit" ? delivery::RelayTls::implicit : delivery::RelayTls::required;
}

Result<delivery::Smarthost> smarthost(const settings::Settings& settings) {
    delivery::Smarthost out;
    out.helo = settings.text("HOSTNAME");
    const std::string& where = settings.text("SMARTHOST");
    if (where.empty()) return out;
    const auto colon = where.rfind(':');
    const auto port = colon == std::string::npos ? std::nullopt : ascii::number(std::string_view(where).substr(colon + 1), 65535);
    if (!port || *port == 0) return unexpected(Fault::syntax, "", "SKYBRIDGE_DELIVERY_SMARTHOST: expected host:port, got " + where);
    out.host = where.substr(0, colon);
    if (out.host.starts_with('[') && out.host.ends_with(']')) out.host = out.host.substr(1, out.host.size() - 2);
    out.port = static_cast<std::uint16_t>(*port);
    out.tls = relay_tls(settings.text("SMARTHOST_TLS"));
    out.user = settings.text("SMARTHOST_USER");
    out.password = settings.text("SMARTHOST_PASSWORD");
    const bool verified = out.tls == delivery::RelayTls::required || out.tls == delivery::RelayTls::implicit;
    auto tls =
        net::TlsClient::open({.ca_file = settings.text("SMARTHOST_CA"), .verify = verified ? net::VerifyPeer::yes : net::VerifyPeer::no});
    if (!tls) return forward(tls);
    out.tls_client = std::move(*tls);
    return out;
}

// Unset without ATTACHMENT_TEXT_URL.
Result<mailstore::Converter> attachment_converter(const settings::Settings& settings) {
    const std::string& url = settings.text("ATTACHMENT_TEXT_URL");
    if (url.empty()) return mailstore::Converter();
    if (!url.starts_with("http://") && !url.starts_with("https://"))
        return unexpected(Fault::syntax, "", "SKYBRIDGE_DELIVERY_ATTACHMENT_TEXT_URL: expected http:// or https://, got " + url);
    auto tls = net::TlsClient::open({.ca_file = settings.text("ATTACHMENT_TEXT_CA")});
    if (!tls) return forward(tls);
    return delivery::attachment_converter(url, *std::move(tls));
}
}  // namespace

int main(int argc, char** argv) {
    const auto begun = settings::start("delivery", "Takes responsibility for mail: delivers it here, sends it on, or returns it.",
                                       delivery::setting_rows, argc, argv);
    if (!begun.settings) return begun.exit_code;
    const settings::Settings& settings = *begun.settings;
    log::start("delivery", log::level_of(settings.text("LOG_LEVEL")));

    rpc::Shards<delivery::DeliveryShard> shards;
    delivery::Process process{.settings = settings,
                              .redis = {},
                              .auth = {},
                              .smarthost = {},
                              .attachment_converter = {},
                              .gateways = {},
                              .operators = {},
                              .shards = shards};
    if (settings.is_set("REDIS")) {
        auto redis = redis::parse_url(settings.text("REDIS"));
        if (!redis) return failed(redis.error());
        redis->authority = settings.text("REDIS_CA");
        redis->name = "skybridge-delivery";
        process.redis = std::move(*redis);
    }
    auto next_hop = smarthost(settings);
    if (!next_hop) return failed(next_hop.error());
    process.smarthost = std::move(*next_hop);
    auto converter = attachment_converter(settings);
    if (!converter) return failed(converter.error());
    process.attachment_converter = std::move(*converter);
    for (auto& name : settings.list("GATEWAYS")) process.gateways.insert(std::move(name));
    for (auto& name : settings.list("OPERATORS")) process.operators.insert(std::move(name));
    const rpc::Credentials credentials{settings.text("RPC_CERT"), settings.text("RPC_KEY"), settings.text("RPC_CA")};
    process.auth = std::make_shared<rpc::Channel>(rpc::ChannelOptions{.target = settings.text("AUTH_ADDRESS"), .credentials = credentials});

    delivery::Services services(shards);
    const std::string& host = settings.text("LISTEN_ADDRESS");
    const std::string address = (host.contains(':') ? "[" + host + "]" : host) + ":" + std::to_string(settings.port("RPC_PORT"));
    auto server = rpc::Server::start({.address = address, .credentials = credentials}, services.all());
    if (!server) return failed(server.error());
    process.server = server->get();

    ShardOptions options{.threads = static_cast<std::size_t>(settings.number("THREADS")),
                         .drain = settings.seconds("DRAIN_SECONDS"),
                         .on_ready = [server = server->get()] {
                             server->set_serving(rpc::Serving::yes);
                             log::info("delivery.started", {{"port", server->port()}});
                         }};
    auto ended =
        run_shards(std::move(options), [&process](ShardContext context) { return delivery::DeliveryShard::start(process, context); });
    if (!ended) return failed(ended.error());
    log::info("delivery.stopped");
    return 0;
}
