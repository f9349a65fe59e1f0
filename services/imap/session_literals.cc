// The literals of a message and the text between them (APPEND, REPLACE), which a command receives while it runs.
#include "imap/session.h"

namespace sky::imapd {
namespace {

constexpr std::uint64_t slowest_upload = 1024;  // octets a second of a message, on average

}  // namespace

Task<Result<std::string>> Session::receive_literal() {
    if (!message_) co_return unexpected(Fault::syntax, "A message is missing");
    const imap::CommandReader::Literal literal = *std::exchange(message_, std::nullopt);
    if (literal.sync == imap::CommandReader::Literal::Sync::yes) {
        out() += "+ go ahead\r\n";
        if (auto sent = co_await wire_.flush(); !sent) co_return forward(sent);
    }
    const Deadline slowest = after(one_transfer + std::chrono::seconds(literal.size / slowest_upload));
    std::string octets;
    octets.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(literal.size, 1024 * 1024)));
    while (octets.size() < literal.size) {
        auto piece =
            co_await wire_.reader().read_upto(static_cast<std::size_t>(std::min<std::uint64_t>(literal.size - octets.size(), 65536)));
        if (!piece) {
            broke(piece.error());
            co_return forward(piece);
        }
        octets += *piece;
        if (ending_.empty() && !passed(slowest)) continue;
        over_ = true;
        note_end(ending_.empty() ? "too slow an upload" : ending_);
        co_return unexpected(Fault::unavailable, ending_.empty() ? "Too slow" : ending_);
    }
    behind_literal_ = true;
    co_return octets;
}

Task<Result<std::string_view>> Session::receive_more() {
    behind_literal_ = false;
    command_.go_on();
    const auto line = co_await wire_.reader().line(command_.room());
    if (!line) {
        const Fault fault = line.error().fault;
        out_of_step_ = fault == Fault::too_large || fault == Fault::limit;
        if (!out_of_step_) broke(line.error());
        if (out_of_step_) co_return unexpected(Fault::syntax, "Command line too long", line.error().reason);
        co_return forward(line);
    }
    const auto step = command_.line(*line);
    if (!step) {
        out_of_step_ = command_.out_of_step();
        if (command_.refused_message()) co_return forward(step);
        co_return unexpected(Fault::syntax, step.error().text);
    }
    if (const auto* literal = std::get_if<imap::CommandReader::Literal>(&*step)) message_ = *literal;
    co_return command_.text();
}

// A command that failed before it took all of its literals: a client that did not wait for us has sent them anyway. One that waits hears
// of the failure instead.
Task<void> Session::skip_rest() {
    const std::size_t most = user_ ? house_->policy.save_limit : 0;  // before sign-in there is nothing to wait for
    for (std::size_t skipped = 0; (message_ || behind_literal_) && !over_ && !out_of_step_; ++skipped) {
        if (message_) {
            const imap::CommandReader::Literal literal = *std::exchange(message_, std::nullopt);
            if (literal.sync == imap::CommandReader::Literal::Sync::yes) co_return;
            if (auto done = co_await wire_.reader().skip(literal.size); !done) {
                over_ = true;
                co_return;
            }
        }
        out_of_step_ = skipped == most;
        if (!out_of_step_ && !co_await receive_more()) behind_literal_ = false;
    }
}

}  // namespace sky::imapd
