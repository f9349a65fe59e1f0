#include "imap/commands/all.h"

namespace sky::imapd {

// What stood behind STARTTLS in the same segment is dropped unread (CVE-2011-0411, CVE-2021-33515).
Task<Result<Reply>> starttls(Session& session, Arguments arguments) {
    if (const auto end = arguments.end(); !end) co_return forward(end);
    if (session.is_private()) co_return unexpected(Fault::wrong_state, "TLS is active already");
    if (!session.house().tls) co_return unexpected(Fault::unsupported, "TLS is not set up");
    session.change_layer_next(Session::Layer::tls);
    co_return Reply::ok("Begin TLS negotiation now");
}

}  // namespace sky::imapd
