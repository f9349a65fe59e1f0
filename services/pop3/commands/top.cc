// TOP: the header and some lines. RFC 1939 §7
#include "pop3/message_out.h"
#include "sky/pop3-proto/command.h"
#include "sky/pop3-proto/response.h"

namespace sky::pop3d {

Task<Answer> top(Session& session, std::string_view argument) {
    auto wanted = pop3::parse_top(argument);
    if (!wanted) co_return std::unexpected(std::move(wanted.error()));
    auto message = session.client().maildrop.find(wanted->number);
    if (!message) co_return std::unexpected(std::move(message.error()));
    co_return co_await send_message(session, **message, pop3::ok("top of message"), wanted->lines);
}

}  // namespace sky::pop3d
