#pragma once
// COPY and MOVE share all but one word, and what becomes of too many messages (RFC 9738 §3.1): COPY is refused, MOVE takes the newest.
#include "imap/commands.h"

namespace sky::imapd {

enum class Transfer { copy, move };
Task<Result<Reply>> transfer(Session& session, Arguments arguments, Numbers form, Transfer kind);

}  // namespace sky::imapd
