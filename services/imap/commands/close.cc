#include "imap/commands/all.h"

namespace sky::imapd {

// CLOSE expunges without telling, unless the mailbox was only examined.
Task<Result<Reply>> close(Session& session, Arguments arguments) {
    if (const auto end = arguments.end(); !end) co_return forward(end);
    std::string code;
    if (!session.mailbox().read_only() && session.mailbox().rights().has(store::Right::expunge)) {
        Selected& mailbox = session.mailbox();
        // What it expunges is not told: a client may go on from the MODSEQ of that only when it had been told of everything before
        // (RFC 7162 §3.2.8).
        const bool in_step = mailbox.told_up_to() == mailbox.view().modseq() && !mailbox.holds_back() && !mailbox.view().stale();
        store::Writer writer(session.house().pool, session.house().clock);
        auto expunged = co_await writer.expunge(mailbox.ref(), std::nullopt, session.limit());
        if (!expunged) co_return forward(expunged);
        mailbox.view().apply(*expunged);
        session.house().views.publish(expunged->changed);
        const ModSeq now = expunged->changed.modseq;
        if (in_step && session.condstore && now && mailbox.view().modseq() == now) code = "HIGHESTMODSEQ " + std::to_string(now.value);
    }
    session.leave_mailbox();
    co_return Reply::ok("CLOSE completed", std::move(code));
}

}  // namespace sky::imapd
