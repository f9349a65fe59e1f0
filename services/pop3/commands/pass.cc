// PASS: the password, spaces and all. RFC 1939 §7
#include "pop3/session.h"

namespace sky::pop3d {

Task<Answer> pass(Session& session, std::string_view argument) {
    if (!session.secure()) co_return unexpected(Fault::privacy_required, "STLS first");
    auto name = std::exchange(session.client().name, std::nullopt);
    if (!name) co_return unexpected(Fault::wrong_state, "USER first");
    if (argument.empty()) co_return unexpected(Fault::syntax, "PASS password expected");
    co_return co_await session.sign_in({.username = std::move(*name), .password = std::string(argument)});
}

}  // namespace sky::pop3d
