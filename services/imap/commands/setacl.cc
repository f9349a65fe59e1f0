#include "imap/acl_entries.h"
#include "imap/commands/all.h"

namespace sky::imapd {

Task<Result<Reply>> set_acl(Session& session, Arguments arguments) {
    auto name = arguments.mailbox();
    if (!name) co_return forward(name);
    if (const auto space = arguments.space(); !space) co_return forward(space);
    auto identifier = arguments.astring();
    if (!identifier) co_return forward(identifier);
    if (const auto space = arguments.space(); !space) co_return forward(space);
    const auto text = arguments.astring();
    if (!text) co_return forward(text);
    if (const auto end = arguments.end(); !end) co_return forward(end);
    const auto change = store::parse_rights_change(*text);
    if (!change) co_return forward(change);
    co_return co_await change_acl(session, *std::move(name), *std::move(identifier), *change, "SETACL completed");
}

}  // namespace sky::imapd
