#include "imap/commands/all.h"

namespace sky::imapd {

// CHECK asked for housekeeping (RFC 3501 §6.4.1); there is none to do, all is committed.
Task<Result<Reply>> check(Session&, Arguments arguments) {
    if (const auto end = arguments.end(); !end) co_return forward(end);
    co_return Reply::ok("CHECK completed");
}

}  // namespace sky::imapd
