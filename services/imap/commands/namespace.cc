#include "imap/commands/all.h"

namespace sky::imapd {

// One personal namespace; shared and public ones come with sharing (RFC 2342).
Task<Result<Reply>> namespaces(Session& session, Arguments arguments) {
    if (const auto end = arguments.end(); !end) co_return forward(end);
    session.out() += "* NAMESPACE ((\"\" \"/\")) NIL NIL\r\n";
    co_return Reply::ok("NAMESPACE completed");
}

}  // namespace sky::imapd
