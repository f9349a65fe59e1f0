// RETR: a message whole. RFC 1939 §5
#include "pop3/message_out.h"
#include "pop3/metrics.h"
#include "sky/pop3-proto/command.h"
#include "sky/pop3-proto/response.h"

namespace sky::pop3d {

Task<Answer> retr(Session& session, std::string_view argument) {
    auto number = pop3::parse_number(argument);
    if (!number) co_return std::unexpected(std::move(number.error()));
    auto message = session.client().maildrop.find(*number);
    if (!message) co_return std::unexpected(std::move(message.error()));
    auto answer = co_await send_message(session, **message, pop3::ok(std::to_string((*message)->size) + " octets"), std::nullopt);
    if (answer) counted::retrieved.add();
    co_return answer;
}

}  // namespace sky::pop3d
