#include "pop3/message_out.h"

#include "sky/pop3-proto/message.h"
#include "sky/telemetry/log.h"

namespace sky::pop3d {
namespace {
Error gone(Error error) {
    if (error.fault == Fault::not_found)
        error.text = "message is gone";
    else if (error.text.empty())
        error.text = "message can't be read now";
    return error;
}
}  // namespace

Task<Answer> send_message(Session& session, const Message& message, std::string first_line, std::optional<std::uint32_t> lines) {
    auto octets = co_await session.house().inbox.open(*session.client().user, message.email, after(read_limit));
    if (!octets) co_return std::unexpected(gone(std::move(octets.error())));
    auto piece = co_await (*octets)->next(after(read_limit));
    if (!piece) co_return std::unexpected(gone(std::move(piece.error())));
    pop3::MultiLine writer;
    pop3::TopCut cut(lines.value_or(0));
    std::string out = std::move(first_line);
    while (piece && !piece->empty()) {
        const auto part = lines ? std::string_view(*piece).substr(0, cut.feed(*piece)) : std::string_view(*piece);
        writer.feed(part, out);
        if (lines && cut.done()) break;
        if (!co_await session.send(std::exchange(out, {}))) co_return std::string{};
        piece = co_await (*octets)->next(after(read_limit));
    }
    if (!piece) {
        log::error("pop3.message.broken", {{"session", session.trace().id()}, {"email", message.email}, {"reason", piece.error().reason}});
        session.abort();
        co_return std::unexpected(std::move(piece.error()));
    }
    writer.finish(out);
    co_return out;
}

}  // namespace sky::pop3d
