#include "imap/shard.h"

#include "imap/metrics.h"
#include "imap/session.h"
#include "sky/mailstore/types.h"
#include "sky/pg/schema.h"
#include "sky/telemetry/log.h"

namespace sky::imapd {
namespace {

constexpr pg::KnownSchema schemas[] = {{"mail", "mailstore", mailstore::schema_version}};

pg::PoolOptions pool_options(const settings::Settings& settings) {
    return {.dsn = settings.text("PG_DSN"),
            .connections = static_cast<std::size_t>(settings.number("PG_CONNECTIONS")),
            .durability = settings.text("PG_DURABILITY") == "waived" ? pg::Durability::waived : pg::Durability::required,
            .plans = pg::Plans::kept,
            .application = "skybridge-imap"};
}

Policy policy(const settings::Settings& settings) {
    Policy out;
    out.hostname = settings.text("HOSTNAME");
    out.mechanisms = settings.list("SASL_MECHANISMS");
    out.message_size = static_cast<std::uint64_t>(settings.number("MESSAGE_SIZE"));
    out.before_sign_in = settings.seconds("SIGN_IN_LIMIT");
    out.idle_limit = settings.seconds("IDLE_LIMIT");
    out.keepalive = settings.seconds("KEEPALIVE");
    out.poll = settings.seconds("POLL");
    out.store_limit = settings.seconds("STORE_LIMIT");
    out.message_limit = static_cast<std::size_t>(settings.number("MESSAGE_LIMIT"));
    out.save_limit = static_cast<std::size_t>(settings.number("SAVE_LIMIT"));
    out.admin_contact = settings.text("ADMIN_CONTACT");
    out.unauthenticate = settings.flag("UNAUTHENTICATE");
    out.server_comment = settings.text("SERVER_COMMENT");
    out.per_user_and_address = static_cast<std::size_t>(settings.number("CONNECTIONS_PER_USER"));
    return out;
}

// A quarter is one user's: enough for a message.
std::uint64_t append_memory(const settings::Settings& settings) {
    return static_cast<std::uint64_t>(std::max(settings.number("APPEND_MEMORY"), 4 * settings.number("MESSAGE_SIZE")));
}

}  // namespace

ImapShard::ImapShard(Process& process, ShardContext context)
    : process_(process),
      pool_(context.executor, pool_options(process.settings)),
      redis_(process.redis ? std::make_unique<redis::Client>(context.executor, *process.redis) : nullptr),
      subscriber_(process.redis ? std::make_unique<redis::Subscriber>(context.executor, *process.redis) : nullptr),
      identity_(context.executor, process.auth),
      presence_(process.redis ? std::make_unique<presence::Registry>(context.executor, *redis_, *subscriber_, process.clock) : nullptr),
      errands_(context.executor),
      views_(pool_, redis_.get(), subscriber_.get(), errands_),
      house_{policy(process.settings),
             pool_,
             views_,
             identity_,
             presence_.get(),
             process.clock,
             process.tls,
             process.offload,
             UploadRoom(append_memory(process.settings)),
             false,
             {},
             {},
             0,
             {}},
      sessions_(context.executor) {
    identity_.on_change([this](AccountId account) { account_changed(account); });
}

ImapShard::~ImapShard() = default;

Task<Result<std::unique_ptr<Shard>>> ImapShard::start(Process& process, ShardContext context) {
    std::unique_ptr<ImapShard> shard(new ImapShard(process, context));
    if (shard->subscriber_) shard->errands_.spawn("imap.hearing", Views::watch_hearing(&shard->views_));
    shard->errands_.spawn("imap.views", Views::keep_small(&shard->views_, process.settings.duration("VIEW_REST"),
                                                          static_cast<std::size_t>(process.settings.number("VIEW_MESSAGES"))));
    if (context.index == 0) {
        if (auto known = co_await pg::check_schemas(shard->pool_, schemas, after(std::chrono::seconds(30))); !known)
            co_return forward(known);
        const HealthOptions where{process.settings.text("HEALTH_ADDRESS"), process.settings.port("HEALTH_PORT")};
        auto health =
            HealthServer::open(context.executor, where, [self = shard.get()](Deadline deadline) { return self->ready(deadline); });
        if (!health) co_return forward(health);
        shard->health_ = std::move(*health);
    }
    auto listening = shard->listen("imap", "IMAP_PORT", nullptr);
    if (listening && process.tls) listening = shard->listen("imaps", "IMAPS_PORT", process.tls);
    if (!listening) co_return forward(listening);
    co_return std::unique_ptr<Shard>(std::move(shard));
}

Result<void> ImapShard::listen(std::string_view name, std::string_view port_key, std::shared_ptr<const net::TlsServer> tls) {
    const settings::Settings& settings = process_.settings;
    auto trusted = net::parse_networks(settings.text("TRUSTED_PROXIES"));
    if (!trusted) return forward(trusted);
    net::ListenerOptions options{.name = std::string(name),
                                 .address = settings.text("LISTEN_ADDRESS"),
                                 .port = settings.port(port_key),
                                 .tls = std::move(tls),
                                 .trusted_proxies = std::move(*trusted),
                                 .connections = static_cast<std::size_t>(settings.number("CONNECTIONS")),
                                 .connections_per_ip = static_cast<std::size_t>(settings.number("CONNECTIONS_PER_IP")),
                                 .busy_text = "* BYE [UNAVAILABLE] Too many connections\r\n"};
    auto listener =
        net::Listener::open(sessions_, std::move(options), [this, name](net::Stream stream) { return serve(std::move(stream), name); });
    if (!listener) return forward(listener);
    log::info("imap.listening", {{"listener", name}, {"port", (*listener)->port()}});
    listeners_.push_back(std::move(*listener));
    return {};
}

Task<void> ImapShard::serve(net::Stream stream, std::string_view listener) {
    counted::connections.with({listener}).add();
    counted::sessions.add();
    struct Leave {
        ~Leave() { counted::sessions.sub(); }
    } leave;
    const auto session = std::make_unique<Session>(std::move(stream), house_);
    co_await session->run();
}

// A password that was changed or a right that was taken ends what was opened with it. AccountId{} ("any may have changed") does not: it
// only says that the directory's changes were not heard for a while.
void ImapShard::account_changed(AccountId account) {
    if (!account) return;
    for (Session* session : house_.sessions)
        if (session->state() != State::not_authenticated && session->user().account == account)
            session->end("Sign in again; something about this account changed");
}

Task<Result<void>> ImapShard::ready(Deadline deadline) {
    if (auto database = co_await pool_.check(deadline); !database) co_return database;
    co_return co_await process_.auth->check(deadline);
}

Task<void> ImapShard::drain(Deadline deadline) {
    for (auto& listener : listeners_) listener->stop();
    house_.draining = true;
    for (Session* session : house_.sessions) session->wake().notify_all();
    // The last seconds are for those that must be cut.
    co_await sessions_.join(std::max(deadline - std::chrono::seconds(3), std::chrono::steady_clock::now()));
    co_await sessions_.stop(deadline - std::chrono::seconds(2));
    co_await errands_.stop(deadline - std::chrono::seconds(1));
    if (presence_) co_await presence_->stop();
    co_await identity_.stop();
    if (subscriber_) co_await subscriber_->stop();
    if (redis_) co_await redis_->stop();
    pool_.close();
    if (health_) co_await health_->stop(deadline);
}

}  // namespace sky::imapd
