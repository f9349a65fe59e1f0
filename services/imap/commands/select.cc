#include "imap/commands/all.h"
#include "imap/opening.h"

namespace sky::imapd {

Task<Result<Reply>> select_mailbox(Session& session, Arguments arguments) { return open_mailbox(session, arguments, Access::read_write); }

}  // namespace sky::imapd
