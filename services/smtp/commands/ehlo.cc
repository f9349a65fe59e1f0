// EHLO: the greeting that tells what we can do. RFC 5321 §4.1.1.1
#include <fmt/ranges.h>

#include "sky/identity/connection.h"
#include "smtp/session.h"

namespace sky::smtpd {

Task<Verdict> ehlo(Session& session, std::string_view argument) {
    auto name = smtp::parse_helo(argument);
    if (!name) co_return std::unexpected(std::move(name.error()));
    // RFC 2920 §3.1: EHLO is the last of its group, and before it nobody knows that we take groups.
    if (co_await session.spoke_too_early()) {
        session.close();
        co_return smtp::Reply{554, "5.5.0", {"pipelining before the greeting"}};
    }
    Peer& peer = session.peer();
    peer.transaction.reset();
    peer.helo = std::move(*name);
    peer.greeting = Greeting::ehlo;
    smtp::Reply reply{250, "", {session.policy().hostname}};
    reply.lines.emplace_back("PIPELINING");                                          // RFC 2920
    reply.lines.push_back("SIZE " + std::to_string(session.policy().message_size));  // RFC 1870
    reply.lines.emplace_back("8BITMIME");                                            // RFC 6152
    if (session.offers_starttls()) reply.lines.emplace_back("STARTTLS");             // RFC 3207
    if (session.offers_auth())                                                       // RFC 4954
        reply.lines.push_back(fmt::format("AUTH {}", fmt::join(identity::offered_on(session.stream(), session.policy().mechanisms), " ")));
    reply.lines.emplace_back("ENHANCEDSTATUSCODES");  // RFC 2034
    co_return reply;
}

}  // namespace sky::smtpd
