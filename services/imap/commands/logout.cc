#include "imap/commands/all.h"

namespace sky::imapd {

Task<Result<Reply>> logout(Session& session, Arguments arguments) {
    if (const auto end = arguments.end(); !end) co_return forward(end);
    session.out() += "* BYE Good bye\r\n";
    session.log_out();
    co_return Reply::ok("LOGOUT completed");
}

}  // namespace sky::imapd
