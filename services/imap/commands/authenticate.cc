#include "imap/commands/all.h"
#include "sky/sasl/exchange.h"

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
    auto exchange = sasl::Exchange::open(*mechanism);
    if (!exchange) co_return forward(exchange);
    sasl::Step step = exchange->begin(initial);
    while (const auto* challenge = std::get_if<sasl::Challenge>(&step)) {
        ((session.out() += "+ ") += challenge->wire) += "\r\n";
        const auto line = co_await session.answer(sasl::max_line);
        if (!line) co_return forward(line);
        step = exchange->answer(*line);
    }
    if (auto* error = std::get_if<Error>(&step)) co_return unexpected(std::move(*error));
    auto& proof = std::get<sasl::Password>(step);
    co_return co_await session.sign_in(std::move(proof.authentication), std::move(proof.password), std::move(proof.authorization));
}

}  // namespace sky::imapd
