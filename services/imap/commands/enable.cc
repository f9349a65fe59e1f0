#include "imap/commands/all.h"
#include "sky/base/ascii.h"

namespace sky::imapd {

// Unknown names are passed over (RFC 9051 §6.3.1).
Task<Result<Reply>> enable(Session& session, Arguments arguments) {
    bool condstore = false;
    do {
        const auto name = arguments.atom();
        if (!name) co_return forward(name);
        if (ascii::equals_ignoring_case(*name, "CONDSTORE")) condstore = true;
    } while (arguments.take(' '));
    if (const auto end = arguments.end(); !end) co_return forward(end);
    session.out() += condstore ? "* ENABLED CONDSTORE\r\n" : "* ENABLED\r\n";
    session.condstore = session.condstore || condstore;
    co_return Reply::ok("ENABLE completed");
}

}  // namespace sky::imapd
