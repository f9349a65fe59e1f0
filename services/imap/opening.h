#pragma once
// SELECT and EXAMINE share all but one word.
#include "imap/commands.h"

namespace sky::imapd {

Task<Result<Reply>> open_mailbox(Session& session, Arguments arguments, Access access);

}  // namespace sky::imapd
