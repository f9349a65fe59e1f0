#include "imap/commands/all.h"

namespace sky::imapd {

// NOOP does nothing; what is new is told like after every command.
Task<Result<Reply>> noop(Session&, Arguments arguments) {
    if (const auto end = arguments.end(); !end) co_return forward(end);
    co_return Reply::ok("NOOP completed");
}

}  // namespace sky::imapd
