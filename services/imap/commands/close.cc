#include "imap/commands/all.h"

namespace sky::imapd {

// CLOSE expunges without telling, unless the mailbox was only examined.
Task<Result<Reply>> close(Session& session, Arguments arguments) {
    if (const auto end = arguments.end(); !end) co_return forward(end);
    if (!session.mailbox().read_only() && session.mailbox().rights().has(store::Right::expunge)) {
        Selected& mailbox = session.mailbox();
        store::Writer writer(session.house().pool, session.house().clock);
        auto expunged = co_await writer.expunge(mailbox.ref(), std::nullopt, session.limit());
        if (!expunged) co_return forward(expunged);
        mailbox.view().apply(*expunged);
        session.house().views.publish(expunged->changed);
    }
    session.leave_mailbox();
    // No HIGHESTMODSEQ: what was expunged is not told, and nobody goes on from there (RFC 7162 §3.2.8).
    co_return Reply::ok("CLOSE completed");
}

}  // namespace sky::imapd
