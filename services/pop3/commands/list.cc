// LIST: sizes, of all or of one. RFC 1939 §5
#include "pop3/session.h"
#include "sky/pop3-proto/command.h"
#include "sky/pop3-proto/response.h"

namespace sky::pop3d {

Task<Answer> list(Session& session, std::string_view argument) {
    const Maildrop& maildrop = session.client().maildrop;
    if (!argument.empty()) {
        auto number = pop3::parse_number(argument);
        if (!number) co_return std::unexpected(std::move(number.error()));
        auto message = maildrop.find(*number);
        if (!message) co_return std::unexpected(std::move(message.error()));
        co_return pop3::ok(std::to_string(*number) + " " + std::to_string((*message)->size));
    }
    const auto totals = maildrop.totals();
    std::string answer = pop3::ok(std::to_string(totals.messages) + " messages, " + std::to_string(totals.octets) + " octets");
    for (std::uint32_t number = 1; number <= maildrop.size(); ++number)
        if (!maildrop.marked(number)) answer += std::to_string(number) + " " + std::to_string((*maildrop.find(number))->size) + "\r\n";
    co_return answer + ".\r\n";
}

}  // namespace sky::pop3d
