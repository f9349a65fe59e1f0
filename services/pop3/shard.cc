#include "pop3/shard.h"

#include "pop3/metrics.h"
#include "sky/mailstore/types.h"
#include "sky/pg/schema.h"
#include "sky/telemetry/log.h"

namespace sky::pop3d {
namespace {

constexpr pg::KnownSchema schemas[] = {{"mail", "mailstore", mailstore::schema_version}};

pg::PoolOptions pool_options(const settings::Settings& settings) {
    return {.dsn = settings.text("PG_DSN"),
            .connections = static_cast<std::size_t>(settings.number("PG_CONNECTIONS")),
            .durability = settings.text("PG_DURABILITY") == "waived" ? pg::Durability::waived : pg::Durability::required,
            .application = "skybridge-pop3"};
}
}  // namespace

Pop3Shard::Pop3Shard(const Process& process, ShardContext context)
    : process_(process),
      context_(context),
      pool_(context.executor, pool_options(process.settings)),
      identity_(context.executor, process.auth),
      redis_(process.redis ? std::make_unique<redis::Client>(context.executor, *process.redis) : nullptr),
      subscriber_(process.redis ? std::make_unique<redis::Subscriber>(context.executor, *process.redis) : nullptr),
      registry_(redis_ ? std::make_unique<presence::Registry>(context.executor, *redis_, *subscriber_, process.clock) : nullptr),
      inbox_(pool_, process.clock, redis_.get()),
      policy_{process.settings.text("HOSTNAME"), process.settings.list("SASL_MECHANISMS"), process.settings.duration("LOGIN_LIMIT"),
              process.settings.duration("IDLE_TIMEOUT")},
      house_{.directory = *this, .inbox = inbox_, .tls = process.tls, .announce = {}, .wake = {}, .drain = false, .sessions = {}},
      sessions_(context.executor) {
    house_.announce = [this](const Session& session, std::function<void()> end) { return announce(session, std::move(end)); };
    identity_.on_change([this](AccountId account) { changed(account); });
}

Task<Result<std::unique_ptr<Shard>>> Pop3Shard::start(const Process& process, ShardContext context) {
    std::unique_ptr<Pop3Shard> shard(new Pop3Shard(process, context));
    if (auto schema = co_await pg::check_schemas(shard->pool_, schemas, after(std::chrono::seconds(10))); !schema)
        co_return std::unexpected(std::move(schema.error()));
    auto opened = shard->listen_on("pop3", "POP3_PORT", nullptr);
    if (opened && process.tls) opened = shard->listen_on("pop3s", "POP3S_PORT", process.tls);
    if (!opened) co_return std::unexpected(std::move(opened.error()));
    if (context.index == 0) {
        const HealthOptions where{process.settings.text("HEALTH_ADDRESS"), process.settings.port("HEALTH_PORT")};
        auto health =
            HealthServer::open(context.executor, where, [self = shard.get()](Deadline deadline) { return self->ready(deadline); });
        if (!health) co_return std::unexpected(std::move(health.error()));
        shard->health_ = std::move(*health);
    }
    co_return std::unique_ptr<Shard>(std::move(shard));
}

Result<void> Pop3Shard::listen_on(std::string_view name, std::string_view port_key, std::shared_ptr<const net::TlsServer> tls) {
    const settings::Settings& settings = process_.settings;
    auto trusted = net::parse_networks(settings.text("TRUSTED_PROXIES"));
    if (!trusted) return std::unexpected(std::move(trusted.error()));
    net::ListenerOptions options{.name = std::string(name),
                                 .address = settings.text("LISTEN_ADDRESS"),
                                 .port = settings.port(port_key),
                                 .tls = std::move(tls),
                                 .trusted_proxies = std::move(*trusted),
                                 .connections = static_cast<std::size_t>(settings.number("CONNECTIONS")),
                                 .connections_per_ip = static_cast<std::size_t>(settings.number("CONNECTIONS_PER_IP")),
                                 .busy_text = "-ERR [SYS/TEMP] too many connections\r\n"};
    auto listener =
        net::Listener::open(sessions_, std::move(options), [this, name](net::Stream stream) { return serve(std::move(stream), name); });
    if (!listener) return std::unexpected(std::move(listener.error()));
    log::info("pop3.listening", {{"listener", name}, {"port", (*listener)->port()}});
    listeners_.push_back(std::move(*listener));
    return {};
}

Task<void> Pop3Shard::serve(net::Stream stream, std::string_view listener) {
    counted::connections.with({listener}).add();
    Session session(std::move(stream), house_, policy_);
    co_await session.run();
}

Task<Result<identity::Principal>> Pop3Shard::converse(identity::Attempt attempt, identity::Dialogue dialogue, identity::AskClient ask) {
    return identity_.converse(std::move(attempt), std::move(dialogue), std::move(ask));
}

Task<Result<identity::Principal>> Pop3Shard::authenticate(identity::Attempt attempt, Deadline deadline) {
    return identity_.authenticate(std::move(attempt), deadline);
}

std::shared_ptr<void> Pop3Shard::announce(const Session& session, std::function<void()> end) {
    if (!registry_) return nullptr;
    const identity::Principal& user = *session.client().user;
    presence::Session entry{.id = {},
                            .tenant = user.tenant,
                            .account = user.account,
                            .address = user.address,
                            .protocol = "pop3",
                            .client = {},
                            .remote = session.stream().peer().address,
                            .since = process_.clock.now(),
                            .idle_since = {},
                            .instance = process_.instance};
    return std::make_shared<presence::Entry>(registry_->add(std::move(entry), [end = std::move(end)](std::string_view) { end(); }));
}

// Credentials or rights changed: the session proves itself again, by a new connection. When it is not known whose changed (the directory
// was out of hearing for a moment), all sessions end rather than one too few: POP3 sessions are short and clients come back by themselves.
void Pop3Shard::changed(AccountId account) {
    for (Session* session : house_.sessions) {
        const auto& user = session->client().user;
        if (user && (!account || user->account == account)) session->end();
    }
}

Task<Result<void>> Pop3Shard::ready(Deadline deadline) {
    if (auto database = co_await pool_.check(deadline); !database) co_return database;
    co_return co_await process_.auth->check(deadline);
}

Task<void> Pop3Shard::drain(Deadline deadline) {
    for (auto& listener : listeners_) listener->stop();
    house_.drain = true;
    house_.wake.notify_all();
    // The last seconds are for those that must be cut.
    co_await sessions_.join(std::max(deadline - std::chrono::seconds(2), std::chrono::steady_clock::now()));
    co_await sessions_.stop(deadline - std::chrono::seconds(1));
    if (registry_) co_await registry_->stop();
    if (subscriber_) co_await subscriber_->stop();
    if (redis_) co_await redis_->stop();
    co_await identity_.stop();
    if (health_) co_await health_->stop(deadline);
    pool_.close();
}

}  // namespace sky::pop3d
