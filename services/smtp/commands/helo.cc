// HELO: the old greeting. RFC 5321 §4.1.1.1
#include "smtp/session.h"

namespace sky::smtpd {

Task<Verdict> helo(Session& session, std::string_view argument) {
    auto name = smtp::parse_helo(argument);
    if (!name) co_return std::unexpected(std::move(name.error()));
    if (co_await session.spoke_too_early()) {
        session.close();
        co_return smtp::Reply{554, "5.5.0", {"pipelining before the greeting"}};
    }
    Peer& peer = session.peer();
    peer.transaction.reset();
    peer.helo = std::move(*name);
    peer.greeting = Greeting::helo;
    co_return smtp::Reply{250, "", {session.policy().hostname}};
}

}  // namespace sky::smtpd
