#include "imap/commands/all.h"

namespace sky::imapd {

// UNSELECT leaves the mailbox without expunging it.
Task<Result<Reply>> unselect(Session& session, Arguments arguments) {
    if (const auto end = arguments.end(); !end) co_return forward(end);
    session.leave_mailbox();
    co_return Reply::ok("UNSELECT completed");
}

}  // namespace sky::imapd
