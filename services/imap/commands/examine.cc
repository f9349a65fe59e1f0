#include "imap/commands/all.h"
#include "imap/opening.h"

namespace sky::imapd {

// EXAMINE is SELECT for reading only.
Task<Result<Reply>> examine(Session& session, Arguments arguments) { return open_mailbox(session, arguments, Access::read_only); }

}  // namespace sky::imapd
