// UIDL: ids that never change, of all or of one. RFC 1939 §7
#include "pop3/session.h"
#include "sky/pop3-proto/command.h"
#include "sky/pop3-proto/response.h"

namespace sky::pop3d {

Task<Answer> uidl(Session& session, std::string_view argument) {
    const Maildrop& maildrop = session.client().maildrop;
    if (!argument.empty()) {
        auto number = pop3::parse_number(argument);
        if (!number) co_return std::unexpected(std::move(number.error()));
        auto message = maildrop.find(*number);
        if (!message) co_return std::unexpected(std::move(message.error()));
        co_return pop3::ok(std::to_string(*number) + " " + unique_id(**message));
    }
    std::string answer = pop3::ok("ids");
    for (std::uint32_t number = 1; number <= maildrop.size(); ++number)
        if (!maildrop.marked(number)) answer += std::to_string(number) + " " + unique_id(**maildrop.find(number)) + "\r\n";
    co_return answer + ".\r\n";
}

}  // namespace sky::pop3d
