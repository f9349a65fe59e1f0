// MAIL: begins a transaction. RFC 5321 §4.1.1.2
#include <algorithm>

#include "sky/telemetry/log.h"
#include "smtp/authority.h"
#include "smtp/metrics.h"
#include "smtp/session.h"

namespace sky::smtpd {
namespace {
// An authenticated user sends in its own name, an address that leads to its account, or as a mailbox that it is a delegate of. The null
// path is for its read receipts (RFC 8098 §2.1).
Task<Result<void>> owned_by_user(Session& session, const smtp::Path& path) {
    if (!path) co_return Result<void>{};
    auto authority =
        co_await authority_over(session.house().directory, *session.peer().user, smtp::print(*path), after(std::chrono::seconds(5)));
    if (!authority) co_return forward(authority);
    if (authority->tie != Authority::Tie::none) co_return Result<void>{};
    co_return unexpected(Fault::forbidden, "sender address is not yours", smtp::print(*path));
}

// RFC 3463 §3.8: refused for now, for a reason of policy.
smtp::Reply may_not_now(Session& session, const Error& error) {
    counted::refused_sends.add();
    log::info("smtp.send_limit", {{"session", session.trace().id()}, {"account", session.peer().user->account}, {"reason", error.text}});
    return {450, "4.7.1", {error.text}};
}
}  // namespace

Task<Verdict> mail(Session& session, std::string_view argument) {
    const Policy& policy = session.policy();
    Peer& peer = session.peer();
    if (peer.transaction) co_return smtp::Reply{503, "5.5.1", {"one mail at a time"}};
    if (policy.role == Role::submission && session.offers_starttls()) co_return smtp::Reply{530, "5.7.0", {"STARTTLS first"}};
    if (policy.role == Role::submission && !peer.user) co_return smtp::Reply{530, "5.7.0", {"authentication required"}};
    if (peer.user && session.is_outdated()) {
        session.close();
        co_return smtp::Reply{421, "4.7.0", {"something about this account changed, sign in again"}};
    }
    auto mail = smtp::parse_mail(argument);
    if (!mail && mail.error().fault == Fault::unsupported) co_return smtp::Reply{555, "5.5.4", {mail.error().text}};
    if (!mail) co_return std::unexpected(std::move(mail.error()));
    if (mail->size > policy.message_size) co_return smtp::Reply{552, "5.3.4", {"message too large"}};  // RFC 1870 §6.1
    if (peer.user)
        if (auto own = co_await owned_by_user(session, mail->path); !own) co_return std::unexpected(std::move(own.error()));
    // The one who signed in is counted, in whose name ever it sends.
    Sends::Ticket ticket;
    if (peer.user) {
        auto taken = co_await session.house().sends.take(peer.user->account, peer.user->sends);
        if (!taken) co_return may_not_now(session, taken.error());
        ticket = std::move(*taken);
    }
    peer.transaction = Transaction{.mail = std::move(*mail), .ticket = std::move(ticket)};
    co_return smtp::Reply{250, "2.1.0", {"ok"}};
}

}  // namespace sky::smtpd
