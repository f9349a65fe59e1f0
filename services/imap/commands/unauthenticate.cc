#include "imap/commands/all.h"

namespace sky::imapd {

// Back to where the connection was before it signed in: compression ends behind the answer, TLS and what ID told stay (RFC 8437 §3, §4.1).
// Nothing is expunged.
Task<Result<Reply>> unauthenticate(Session& session, Arguments arguments) {
    if (!session.house().policy.unauthenticate) co_return unexpected(Fault::syntax, "There is no such command");
    if (const auto end = arguments.end(); !end) co_return forward(end);
    session.sign_out();
    if (session.stream().is_deflated()) session.change_layer_next(Session::Layer::plain);
    co_return Reply::ok("Signed out", "CAPABILITY " + session.capabilities());
}

}  // namespace sky::imapd
