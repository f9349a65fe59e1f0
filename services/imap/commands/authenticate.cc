#include "imap/commands/all.h"
#include "sky/identity/connection.h"

namespace sky::imapd {

Task<Result<Reply>> authenticate(Session& session, Arguments arguments) {
    if (!session.is_private()) co_return unexpected(Fault::privacy_required, "Sign in under TLS only");
    const auto mechanism = arguments.atom();
    if (!mechanism) co_return forward(mechanism);
    std::optional<std::string_view> initial;
    if (arguments.take(' '))
        initial = arguments.remaining();
    else if (!arguments.empty())
        co_return unexpected(Fault::syntax, "The mechanism's name is not well formed");
    co_return co_await session.sign_in({}, identity::dialogue_on(session.stream(), session.mechanisms(), std::string(*mechanism),
                                                                 initial ? std::optional(std::string(*initial)) : std::nullopt));
}

}  // namespace sky::imapd
