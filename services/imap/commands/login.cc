#include "imap/commands/all.h"

namespace sky::imapd {

Task<Result<Reply>> login(Session& session, Arguments arguments) {
    // Before anything is read of it: over plain text a password is refused, right or wrong (LOGINDISABLED).
    if (!session.is_private()) co_return unexpected(Fault::privacy_required, "Sign in under TLS only");
    auto user = arguments.astring();
    if (!user) co_return forward(user);
    if (const auto space = arguments.space(); !space) co_return forward(space);
    auto password = arguments.astring();
    if (!password) co_return forward(password);
    if (const auto end = arguments.end(); !end) co_return forward(end);
    co_return co_await session.sign_in({.username = *std::move(user), .password = *std::move(password)});
}

}  // namespace sky::imapd
