#include "imap/commands/all.h"
#include "imap/transfer.h"

namespace sky::imapd {

Task<Result<Reply>> copy(Session& session, Arguments arguments) { return transfer(session, arguments, Numbers::sequence, Transfer::copy); }
Task<Result<Reply>> uid_copy(Session& session, Arguments arguments) { return transfer(session, arguments, Numbers::uid, Transfer::copy); }

}  // namespace sky::imapd
