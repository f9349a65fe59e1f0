// AUTH: who is submitting. RFC 4954 §4
#include "sky/identity/connection.h"
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

}  // namespace

Task<Verdict> auth(Session& session, std::string_view argument) {
    Peer& peer = session.peer();
    if (session.policy().role != Role::submission) co_return smtp::Reply{503, "5.5.1", {"AUTH is not offered here"}};
    if (!session.offers_auth()) co_return smtp::Reply{538, "5.7.11", {"STARTTLS first"}};
    if (peer.user) co_return smtp::Reply{503, "5.5.1", {"already authenticated"}};
    if (peer.transaction) co_return smtp::Reply{503, "5.5.1", {"not within a mail"}};
    auto parsed = smtp::parse_auth(argument);
    if (!parsed) co_return std::unexpected(std::move(parsed.error()));
    std::optional<Error> broken;  // the client's words, rather than what it claims
    auto ask = [&](std::string challenge) -> Task<Result<std::string>> {
        auto line = co_await session.ask(std::move(challenge));
        if (!line) broken = line.error();
        co_return line;
    };
    auto user = co_await session.house().directory.converse(
        {.protocol = "submission",
         .remote_address = session.stream().peer().address,
         .transport = identity::Attempt::Transport::tls,
         .traceparent = session.trace().traceparent()},
        identity::dialogue_on(session.stream(), session.policy().mechanisms, std::move(parsed->mechanism), std::move(parsed->initial)),
        ask);
    if (!user && user.error().fault == Fault::unsupported) co_return smtp::Reply{504, "5.5.4", {user.error().text}};
    if (!user && user.error().fault == Fault::too_large) co_return smtp::Reply{500, "5.5.6", {"authentication exchange line too long"}};
    if (!user && (broken || user.error().fault == Fault::syntax)) co_return std::unexpected(std::move(user.error()));
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
