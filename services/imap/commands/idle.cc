#include "imap/commands/all.h"
#include "imap/notifier.h"
#include "sky/base/ascii.h"

namespace sky::imapd {
namespace {

// False: more has come while we told the last.
Task<Result<bool>> tell(Session& session) {
    const std::uint64_t seen = session.wake().count();
    if (auto told = co_await tell_news(session, Waiting::in_idle); !told && told.error().fault == Fault::not_found) co_return forward(told);
    if (auto sent = co_await session.wire().flush(); !sent) co_return forward(sent);
    session.presence().idle();
    co_return session.wake().count() == seen;
}

Task<Result<Reply>> hear_done(Session& session) {
    const auto line = co_await session.answer(100);
    if (!line) co_return forward(line);
    if (!ascii::equals_ignoring_case(*line, "DONE")) co_return unexpected(Fault::syntax, "IDLE ends with DONE");
    co_return Reply::ok("IDLE completed");
}

}  // namespace

// Tells news as it comes until the client says DONE. Woken by the mailbox's view (Redis), by the end of the session, and by the clock:
// for a sign of life, and for a look of our own while Redis can't be heard. Thousands wait here: what they don't need is kept by others.
Task<Result<Reply>> idle(Session& session, Arguments arguments) {
    if (const auto end = arguments.end(); !end) co_return forward(end);
    const Policy& policy = session.house().policy;
    session.out() += "+ idling\r\n";
    const Deadline patience = after(policy.idle_limit);
    Deadline keepalive = after(policy.keepalive);
    while (!session.is_ending()) {
        if (const auto told = co_await tell(session); !told)
            co_return forward(told);
        else if (!*told)
            continue;
        session.wire().rest();
        const bool looks = !session.house().views.hearing() || (session.notifier() != nullptr && session.notifier()->names_others());
        const Deadline until = std::min({patience, keepalive, looks ? after(policy.poll) : Deadline::max()});
        auto wake = net::Wake::input;
        if (const auto woken = co_await session.wire().reader().wait_input_or(session.wake(), until); !woken)
            co_return forward(woken);
        else
            wake = *woken;
        if (wake == net::Wake::input) co_return co_await hear_done(session);
        if (passed(patience)) {
            session.end("Autologout; idle for too long");
        } else if (passed(keepalive)) {
            session.out() += "* OK Still here\r\n";
            keepalive = after(policy.keepalive);
        }
    }
    co_return Reply::ok("IDLE completed");  // the BYE follows at the command boundary
}

}  // namespace sky::imapd
