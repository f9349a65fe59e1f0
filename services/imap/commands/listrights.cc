#include "imap/acl_entries.h"
#include "imap/commands/all.h"
#include "sky/imap-proto/write.h"

namespace sky::imapd {

// Each right can be given by itself; "c" and "d" stand beside what they are made of (RFC 4314 §2.1.1, §3.7).
Task<Result<Reply>> list_rights(Session& session, Arguments arguments) {
    auto name = arguments.mailbox();
    if (!name) co_return forward(name);
    if (const auto space = arguments.space(); !space) co_return forward(space);
    const auto identifier = arguments.astring();
    if (!identifier) co_return forward(identifier);
    if (const auto end = arguments.end(); !end) co_return forward(end);
    const auto found = co_await find_mailbox(session, *std::move(name), store::Right::administer);
    if (!found) co_return forward(found);
    const auto grantee = co_await grantee_of(session, *identifier);
    if (!grantee) co_return forward(grantee);
    if (!*grantee) co_return Reply::no({}, "Nobody has this identifier");
    std::string& out = session.out();
    imap::append_mailbox(out += "* LISTRIGHTS ", found->mailbox.name, session.names());
    imap::append_astring(out += ' ', *identifier);
    out += is_owner(*found, **grantee) ? ' ' + store::Rights::all().text() : " \"\" l r s w i p k x t e a c d";
    out += "\r\n";
    co_return Reply::ok("LISTRIGHTS completed");
}

}  // namespace sky::imapd
