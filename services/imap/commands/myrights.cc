#include "imap/commands/all.h"
#include "imap/rights.h"

namespace sky::imapd {

Task<Result<Reply>> my_rights(Session& session, Arguments arguments) {
    auto name = arguments.mailbox();
    if (!name) co_return forward(name);
    if (const auto end = arguments.end(); !end) co_return forward(end);
    const auto found = co_await find_mailbox(session, *std::move(name), store::Rights());
    if (!found) co_return forward(found);
    append_my_rights(session.out(), found->mailbox.name, found->rights, session.names());
    co_return Reply::ok("MYRIGHTS completed");
}

}  // namespace sky::imapd
