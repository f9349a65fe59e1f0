// AUTH mechanism [initial-response]. RFC 5034 §4
#include "pop3/session.h"
#include "sky/base/ascii.h"
#include "sky/pop3-proto/response.h"
#include "sky/sasl/exchange.h"

namespace sky::pop3d {
namespace {
Task<Result<sasl::Password>> converse(Session& session, std::string_view mechanism, std::optional<std::string_view> initial) {
    auto exchange = sasl::Exchange::open(mechanism);
    if (!exchange) co_return std::unexpected(std::move(exchange.error()));
    auto step = exchange->begin(initial);
    while (auto* challenge = std::get_if<sasl::Challenge>(&step)) {
        auto line = co_await session.ask(std::move(challenge->wire));
        if (!line) co_return std::unexpected(std::move(line.error()));
        step = exchange->answer(*line);
    }
    if (auto* error = std::get_if<Error>(&step)) co_return std::unexpected(std::move(*error));
    co_return std::get<sasl::Password>(std::move(step));
}
}  // namespace

Task<Answer> auth(Session& session, std::string_view argument) {
    if (!session.secure()) co_return unexpected(Fault::privacy_required, "STLS first");
    if (argument.empty()) {  // an old habit, never in an RFC: the list of mechanisms
        std::string answer = pop3::ok("mechanisms");
        for (const auto name : ascii::split(sasl::offered(), ' ')) answer.append(name).append("\r\n");
        co_return answer + ".\r\n";
    }
    const auto parts = ascii::split(argument, ' ');
    if (parts.size() > 2 || parts.back().empty()) co_return unexpected(Fault::syntax, "AUTH mechanism [initial-response] expected");
    auto given = co_await converse(session, parts[0], parts.size() == 2 ? std::optional(parts[1]) : std::nullopt);
    if (!given) co_return std::unexpected(std::move(given.error()));
    co_return co_await session.sign_in({.username = std::move(given->authentication),
                                        .password = std::move(given->password),
                                        .authorization_id = std::move(given->authorization)});
}

}  // namespace sky::pop3d
