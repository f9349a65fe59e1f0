#include "imap/commands/all.h"
#include "imap/transfer.h"

namespace sky::imapd {

Task<Result<Reply>> move(Session& session, Arguments arguments) { return transfer(session, arguments, Numbers::sequence, Transfer::move); }
Task<Result<Reply>> uid_move(Session& session, Arguments arguments) { return transfer(session, arguments, Numbers::uid, Transfer::move); }

}  // namespace sky::imapd
