#include "smtp/shard.h"

#include "sky/telemetry/log.h"
#include "smtp/metrics.h"
#include "smtp/session.h"

namespace sky::smtpd {

// The directory as sessions see it: libs/identity.
class SmtpShard::Ask final : public Directory {
  public:
    explicit Ask(identity::Identity& identity) : identity_(identity) {}
    Task<Result<identity::Principal>> authenticate(identity::Attempt attempt, Deadline deadline) override {
        return identity_.authenticate(std::move(attempt), deadline);
    }
    Task<Result<identity::Principal>> converse(identity::Attempt attempt, identity::Dialogue dialogue, identity::AskClient ask) override {
        return identity_.converse(std::move(attempt), std::move(dialogue), std::move(ask));
    }
    Task<Result<identity::Recipient>> resolve(std::string address, Deadline deadline) override {
        return identity_.resolve(std::move(address), deadline);
    }
    Task<Result<identity::Recipient>> resolve(std::string address, identity::Sender sender, Deadline deadline) override {
        return identity_.resolve(std::move(address), std::move(sender), deadline);
    }
    Task<Result<identity::Permission>> authorize(const identity::Principal& user, identity::Action action, std::string address,
                                                 Deadline deadline) override {
        return identity_.authorize(user, action, std::move(address), deadline);
    }

  private:
    identity::Identity& identity_;
};

namespace {
Policy policy(const settings::Settings& settings, Role role) {
    const std::string& postmaster = settings.text("POSTMASTER");
    return {.role = role,
            .hostname = settings.text("HOSTNAME"),
            .mechanisms = settings.list("SASL_MECHANISMS"),
            .postmaster = postmaster.empty() ? "postmaster@" + settings.text("HOSTNAME") : postmaster,
            .spool = settings.text("SPOOL_DIR"),
            .message_size = static_cast<std::uint64_t>(settings.number("MESSAGE_SIZE")),
            .recipients = static_cast<std::size_t>(settings.number(role == Role::inbound ? "RECIPIENTS_INBOUND" : "RECIPIENTS_SUBMISSION")),
            .command_timeout = settings.duration("COMMAND_TIMEOUT"),
            .session_limit = settings.duration("SESSION_LIMIT"),
            .greeting_delay = settings.duration("GREETING_DELAY")};
}
}  // namespace

SmtpShard::SmtpShard(const Process& process, ShardContext context)
    : process_(process),
      context_(context),
      identity_(context.executor, process.auth),
      redis_(process.redis ? std::make_unique<redis::Client>(context.executor, *process.redis) : nullptr),
      sends_(context.executor, redis_.get(), process.clock),
      delivery_(context.executor, process.delivery),
      ask_(std::make_unique<Ask>(identity_)),
      house_(new House{*ask_, delivery_, process.clock, sends_, process.tls, {}, false}),
      inbound_(policy(process.settings, Role::inbound)),
      submission_(policy(process.settings, Role::submission)),
      rate_(static_cast<std::uint32_t>(process.settings.number("CONNECTIONS_PER_MINUTE"))),
      sessions_(context.executor) {
    identity_.on_change([this](AccountId account) { changed(account); });
}

SmtpShard::~SmtpShard() = default;

Task<Result<std::unique_ptr<Shard>>> SmtpShard::start(const Process& process, ShardContext context) {
    std::unique_ptr<SmtpShard> shard(new SmtpShard(process, context));
    if (auto listening = shard->listen(); !listening) co_return std::unexpected(std::move(listening.error()));
    if (context.index == 0) {
        const HealthOptions where{process.settings.text("HEALTH_ADDRESS"), process.settings.port("HEALTH_PORT")};
        auto health =
            HealthServer::open(context.executor, where, [self = shard.get()](Deadline deadline) { return self->ready(deadline); });
        if (!health) co_return std::unexpected(std::move(health.error()));
        shard->health_ = std::move(*health);
    }
    co_return std::unique_ptr<Shard>(std::move(shard));
}

Result<void> SmtpShard::listen() {
    auto opened = listen_on("smtp", "SMTP_PORT", inbound_, nullptr);
    if (opened) opened = listen_on("submission", "SUBMISSION_PORT", submission_, nullptr);
    if (opened && process_.tls) opened = listen_on("submissions", "SUBMISSIONS_PORT", submission_, process_.tls);
    return opened;
}

Result<void> SmtpShard::listen_on(std::string_view name, std::string_view port_key, const Policy& policy,
                                  std::shared_ptr<const net::TlsServer> tls) {
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
                                 .busy_text = "421 4.7.0 too many connections\r\n"};
    auto listener = net::Listener::open(sessions_, std::move(options),
                                        [this, name, &policy](net::Stream stream) { return serve(std::move(stream), name, policy); });
    if (!listener) return std::unexpected(std::move(listener.error()));
    log::info("smtp.listening", {{"listener", name}, {"port", (*listener)->port()}});
    listeners_.push_back(std::move(*listener));
    return {};
}

Task<void> SmtpShard::serve(net::Stream stream, std::string_view listener, const Policy& policy) {
    counted::connections.with({listener}).add();
    if (!rate_.take(net::limit_key(stream.peer().address), std::chrono::steady_clock::now())) {
        log::info("smtp.session.too_fast", {{"remote", stream.peer().address}});
        stream.expires_after(std::chrono::seconds(5));
        static_cast<void>(co_await stream.write("421 4.7.0 too many connections, slow down\r\n"));
        co_return;
    }
    Session session(std::move(stream), *house_, policy);
    co_await session.run();
}

// Rights, limits or credentials changed: who is signed in proves it anew before the next message. When it is not known whose (the directory
// was out of hearing for a moment), all do.
void SmtpShard::changed(AccountId account) {
    for (Session* session : house_->sessions) {
        const auto& user = session->peer().user;
        if (user && (!account || user->account == account)) session->outdate();
    }
}

Task<Result<void>> SmtpShard::ready(Deadline deadline) {
    if (auto auth = co_await process_.auth->check(deadline); !auth) co_return auth;
    co_return co_await process_.delivery->check(deadline);
}

Task<void> SmtpShard::drain(Deadline deadline) {
    for (auto& listener : listeners_) listener->stop();
    house_->drain = true;
    house_->draining.notify_all();
    // The last second is for those that must be cut.
    co_await sessions_.join(std::max(deadline - std::chrono::seconds(2), std::chrono::steady_clock::now()));
    co_await sessions_.stop(deadline - std::chrono::seconds(1));
    co_await sends_.stop(deadline);
    co_await delivery_.stop(deadline);
    co_await identity_.stop();
    if (redis_) co_await redis_->stop();
    if (health_) co_await health_->stop(deadline);
}

}  // namespace sky::smtpd
