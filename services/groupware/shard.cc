#include "groupware/shard.h"

#include "sky/calstore/calstore.h"
#include "sky/http/server.h"
#include "sky/pg/schema.h"
#include "sky/telemetry/log.h"

namespace sky::groupware {
namespace {

constexpr pg::KnownSchema schemas[] = {{"cal", "calstore", calstore::schema_version}};

pg::PoolOptions pool_options(const settings::Settings& settings) {
    return {.dsn = settings.text("PG_DSN"),
            .connections = static_cast<std::size_t>(settings.number("PG_CONNECTIONS")),
            .durability = settings.text("PG_DURABILITY") == "waived" ? pg::Durability::waived : pg::Durability::required,
            .application = "skybridge-groupware"};
}

Policy policy(const settings::Settings& settings) {
    Policy out;
    out.limits.octets = static_cast<std::size_t>(settings.number("RESOURCE_SIZE"));
    out.request_timeout = settings.duration("REQUEST_TIMEOUT");
    return out;
}

}  // namespace

GroupwareShard::GroupwareShard(const Process& process, ShardContext context)
    : process_(process),
      context_(context),
      pool_(context.executor, pool_options(process.settings)),
      identity_(context.executor, process.auth),
      sign_ins_(identity_),
      session_(calstore::CalStore(pool_), policy(process.settings),
               [this](const http::Request& request, Deadline deadline) { return sign_ins_.prove(request, deadline); }),
      connections_(context.executor),
      errands_(context.executor) {}

Task<Result<std::unique_ptr<Shard>>> GroupwareShard::start(const Process& process, ShardContext context) {
    std::unique_ptr<GroupwareShard> shard(new GroupwareShard(process, context));
    if (context.index == 0) {
        // Nothing is served on a schema that this program doesn't know.
        if (auto known = co_await pg::check_schemas(shard->pool_, schemas, after(std::chrono::seconds(30))); !known)
            co_return forward(known);
        shard->errands_.spawn("groupware.tidy", shard->tidy());
        const HealthOptions where{process.settings.text("HEALTH_ADDRESS"), process.settings.port("HEALTH_PORT")};
        auto health =
            HealthServer::open(context.executor, where, [self = shard.get()](Deadline deadline) { return self->ready(deadline); });
        if (!health) co_return forward(health);
        shard->health_ = std::move(*health);
    }
    if (auto listening = shard->listen(); !listening) co_return forward(listening);
    co_return std::unique_ptr<Shard>(std::move(shard));
}

Result<void> GroupwareShard::listen() {
    const settings::Settings& settings = process_.settings;
    std::vector<net::Network> trusted;
    for (const std::string& text : settings.list("TRUSTED_PROXIES")) {
        auto network = net::parse_networks(text);
        if (!network) return forward(network);
        trusted.insert(trusted.end(), network->begin(), network->end());
    }
    net::ListenerOptions options{.name = "dav",
                                 .address = settings.text("LISTEN_ADDRESS"),
                                 .port = settings.port("DAV_PORT"),
                                 .tls = process_.tls,
                                 .trusted_proxies = std::move(trusted),
                                 .connections = static_cast<std::size_t>(settings.number("CONNECTIONS")),
                                 .connections_per_ip = static_cast<std::size_t>(settings.number("CONNECTIONS_PER_IP"))};
    auto listener = net::Listener::open(connections_, std::move(options), [this](net::Stream stream) { return serve(std::move(stream)); });
    if (!listener) return forward(listener);
    listener_ = std::move(*listener);
    log::info("groupware.listening", {{"listener", "dav"}, {"port", listener_->port()}});
    return {};
}

Task<void> GroupwareShard::serve(net::Stream stream) {
    co_await http::serve(
        std::move(stream), http::Options{}, [this](http::Request request) { return session_.answer(std::move(request)); },
        [this] { return draining_; });
}

Task<Result<void>> GroupwareShard::ready(Deadline deadline) {
    if (auto database = co_await pool_.check(deadline); !database) co_return database;
    co_return co_await process_.auth->check(deadline);
}

// The log's partitions reach months ahead: a day without this hurts nobody.
Task<void> GroupwareShard::tidy() {
    const auto kept = std::chrono::duration_cast<std::chrono::days>(process_.settings.duration("CHANGES_KEPT"));
    for (;;) {
        if (auto done = co_await calstore::rotate_changes(pool_, kept, after(std::chrono::seconds(60))); !done)
            log::warning("groupware.tidy.failed", {{"reason", done.error().reason}});
        co_await sleep_for(std::chrono::hours(6));
    }
}

Task<void> GroupwareShard::drain(Deadline deadline) {
    if (listener_) listener_->stop();
    draining_ = true;
    // A request at hand is answered; then idle connections are cut.
    while (session_.active() > 0 && !passed(deadline - std::chrono::seconds(3))) co_await sleep_for(std::chrono::milliseconds(20));
    co_await connections_.join(std::min(deadline - std::chrono::seconds(2), after(std::chrono::milliseconds(300))));
    co_await connections_.stop(deadline - std::chrono::seconds(1));
    co_await errands_.stop(deadline);
    co_await identity_.stop();
    pool_.close();
    if (health_) co_await health_->stop(deadline);
}

}  // namespace sky::groupware
