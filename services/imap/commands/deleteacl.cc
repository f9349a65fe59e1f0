#include "imap/acl_entries.h"
#include "imap/commands/all.h"

namespace sky::imapd {

// Takes from an identifier all that the list gives it.
Task<Result<Reply>> delete_acl(Session& session, Arguments arguments) {
    auto name = arguments.mailbox();
    if (!name) co_return forward(name);
    if (const auto space = arguments.space(); !space) co_return forward(space);
    auto identifier = arguments.astring();
    if (!identifier) co_return forward(identifier);
    if (const auto end = arguments.end(); !end) co_return forward(end);
    co_return co_await change_acl(session, *std::move(name), *std::move(identifier), {}, "DELETEACL completed");
}

}  // namespace sky::imapd
