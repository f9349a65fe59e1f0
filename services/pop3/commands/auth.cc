// AUTH mechanism [initial-response]. RFC 5034 §4
#include "pop3/session.h"
#include "sky/base/ascii.h"
#include "sky/identity/connection.h"
#include "sky/pop3-proto/response.h"

namespace sky::pop3d {
Task<Answer> auth(Session& session, std::string_view argument) {
    if (!session.secure()) co_return unexpected(Fault::privacy_required, "STLS first");
    if (argument.empty()) {  // an old habit, never in an RFC: the list of mechanisms
        std::string answer = pop3::ok("mechanisms");
        for (const auto& name : identity::offered_on(session.stream(), session.policy().mechanisms)) answer.append(name).append("\r\n");
        co_return answer + ".\r\n";
    }
    const auto parts = ascii::split(argument, ' ');
    if (parts.size() > 2 || parts.back().empty()) co_return unexpected(Fault::syntax, "AUTH mechanism [initial-response] expected");
    co_return co_await session.sign_in({}, identity::dialogue_on(session.stream(), session.policy().mechanisms, std::string(parts[0]),
                                                                 parts.size() == 2 ? std::optional(std::string(parts[1])) : std::nullopt));
}

}  // namespace sky::pop3d
