#include "imap/commands/all.h"

namespace sky::imapd {

Task<Result<Reply>> unsubscribe(Session& session, Arguments arguments) {
    auto name = arguments.mailbox();
    if (!name) co_return forward(name);
    if (const auto end = arguments.end(); !end) co_return forward(end);
    auto done = co_await store::Mailboxes(session.house().pool).unsubscribe(session.account(), *std::move(name), session.limit());
    if (!done) {
        if (done.error().fault == Fault::syntax) co_return Reply::no("CANNOT", done.error().text);
        co_return forward(done);
    }
    session.publish(*done);
    co_return Reply::ok("UNSUBSCRIBE completed");
}

}  // namespace sky::imapd
