#include "imap/commands/all.h"

namespace sky::imapd {

Task<Result<Reply>> rename(Session& session, Arguments arguments) {
    auto from = arguments.mailbox();
    if (!from) co_return forward(from);
    if (const auto space = arguments.space(); !space) co_return forward(space);
    auto to = arguments.mailbox();
    if (!to) co_return forward(to);
    if (const auto end = arguments.end(); !end) co_return forward(end);
    if (to->size() > 1 && to->ends_with('/')) to->pop_back();
    auto done =
        co_await store::Mailboxes(session.house().pool).rename(session.account(), *std::move(from), *std::move(to), session.limit());
    if (!done) {
        if (done.error().fault == Fault::syntax) co_return Reply::no("CANNOT", done.error().text);
        co_return forward(done);
    }
    session.house().views.publish(*done);
    co_return Reply::ok("RENAME completed");
}

}  // namespace sky::imapd
