#include "imap/commands/all.h"

namespace sky::imapd {

Task<Result<Reply>> capability(Session& session, Arguments arguments) {
    if (const auto end = arguments.end(); !end) co_return forward(end);
    ((session.out() += "* CAPABILITY ") += session.capabilities()) += "\r\n";
    co_return Reply::ok("CAPABILITY completed");
}

}  // namespace sky::imapd
