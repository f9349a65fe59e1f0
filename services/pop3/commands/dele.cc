// DELE: marks; QUIT removes. RFC 1939 §5
#include "pop3/session.h"
#include "sky/pop3-proto/command.h"
#include "sky/pop3-proto/response.h"

namespace sky::pop3d {

Task<Answer> dele(Session& session, std::string_view argument) {
    auto number = pop3::parse_number(argument);
    if (!number) co_return std::unexpected(std::move(number.error()));
    if (auto marked = session.client().maildrop.mark(*number); !marked) co_return std::unexpected(std::move(marked.error()));
    co_return pop3::ok("deleted at QUIT");
}

}  // namespace sky::pop3d
