// AUTH: who is submitting. RFC 4954 §4
#include "sky/sasl/exchange.h"
#include "sky/telemetry/log.h"
#include "smtp/metrics.h"
#include "smtp/session.h"

namespace sky::smtpd {
namespace {
// RFC 4954 §6: a service that is away is 454, everything that proves nothing 535.
smtp::Reply refused(Session& session, const Error& error) {
    const bool temporary = codes(error.fault).temporary;
    counted::sign_ins.with({temporary ? "deferred" : "refused"}).add();
    log::info("smtp.auth.failed", {{"session", session.trace().id()},
                                   {"remote", session.stream().peer().address},
                                   {"fault", codes(error.fault).name},
                                   {"reason", error.reason}});
    if (temporary) return {454, "4.7.0", {"temporary authentication failure"}};
    ++session.patience().auth;
    return {535, "5.7.8", {"authentication failed"}};
}

// The exchange down to name and password.
Task<Result<sasl::Password>> converse(Session& session, smtp::Auth auth) {
    auto exchange = sasl::Exchange::open(auth.mechanism);
    if (!exchange) co_return std::unexpected(std::move(exchange.error()));
    auto step = exchange->begin(auth.initial ? std::optional<std::string_view>(*auth.initial) : std::nullopt);
    while (auto* challenge = std::get_if<sasl::Challenge>(&step)) {
        auto line = co_await session.ask(std::move(challenge->wire));
        if (!line) co_return std::unexpected(std::move(line.error()));
        step = exchange->answer(*line);
    }
    if (auto* error = std::get_if<Error>(&step)) co_return std::unexpected(std::move(*error));
    co_return std::get<sasl::Password>(std::move(step));
}
}  // namespace

Task<Verdict> auth(Session& session, std::string_view argument) {
    Peer& peer = session.peer();
    if (session.policy().role != Role::submission) co_return smtp::Reply{503, "5.5.1", {"AUTH is not offered here"}};
    if (!session.offers_auth()) co_return smtp::Reply{538, "5.7.11", {"STARTTLS first"}};
    if (peer.user) co_return smtp::Reply{503, "5.5.1", {"already authenticated"}};
    if (peer.transaction) co_return smtp::Reply{503, "5.5.1", {"not within a mail"}};
    auto parsed = smtp::parse_auth(argument);
    if (!parsed) co_return std::unexpected(std::move(parsed.error()));
    auto given = co_await converse(session, std::move(*parsed));
    if (!given && given.error().fault == Fault::unsupported) co_return smtp::Reply{504, "5.5.4", {given.error().text}};
    if (!given && given.error().fault == Fault::too_large) co_return smtp::Reply{500, "5.5.6", {"authentication exchange line too long"}};
    if (!given) co_return std::unexpected(std::move(given.error()));
    auto user = co_await session.house().directory.authenticate({.username = std::move(given->authentication),
                                                                 .password = std::move(given->password),
                                                                 .authorization_id = std::move(given->authorization),
                                                                 .protocol = "submission",
                                                                 .remote_address = session.stream().peer().address,
                                                                 .transport = identity::Attempt::Transport::tls,
                                                                 .traceparent = session.trace().traceparent()},
                                                                after(std::chrono::seconds(30)));
    if (!user) co_return refused(session, user.error());
    counted::sign_ins.with({"accepted"}).add();
    log::info("smtp.auth.accepted", {{"session", session.trace().id()},
                                     {"remote", session.stream().peer().address},
                                     {"account", user->account},
                                     {"tenant", user->tenant}});
    peer.user = std::move(*user);
    co_return smtp::Reply{235, "2.7.0", {"welcome"}};
}

}  // namespace sky::smtpd
