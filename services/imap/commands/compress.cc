#include "imap/commands/all.h"
#include "sky/base/ascii.h"

namespace sky::imapd {

// DEFLATE of both directions behind the answer. What came behind the command can't be told to be compressed or not: a client waits for the
// answer (RFC 4978 §3).
Task<Result<Reply>> compress(Session& session, Arguments arguments) {
    const auto mechanism = arguments.atom();
    if (!mechanism) co_return forward(mechanism);
    if (const auto end = arguments.end(); !end) co_return forward(end);
    if (!ascii::equals_ignoring_case(*mechanism, "DEFLATE")) co_return unexpected(Fault::syntax, "Only DEFLATE is offered");
    if (session.stream().is_deflated()) co_return Reply::no("COMPRESSIONACTIVE", "DEFLATE is active already");
    if (session.wire().reader().buffered() > 0) co_return unexpected(Fault::syntax, "Wait for the answer to COMPRESS");
    session.change_layer_next(Session::Layer::deflate);
    co_return Reply::ok("DEFLATE active");
}

}  // namespace sky::imapd
