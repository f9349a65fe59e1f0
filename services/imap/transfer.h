#pragma once
// COPY and MOVE share all but one word.
#include "imap/commands.h"

namespace sky::imapd {

enum class Transfer { copy, move };
Task<Result<Reply>> transfer(Session& session, Arguments arguments, Numbers form, Transfer kind);

}  // namespace sky::imapd
