#include "imap/acl_entries.h"
#include "imap/commands/all.h"
#include "sky/imap-proto/write.h"

namespace sky::imapd {

Task<Result<Reply>> get_acl(Session& session, Arguments arguments) {
    auto name = arguments.mailbox();
    if (!name) co_return forward(name);
    if (const auto end = arguments.end(); !end) co_return forward(end);
    const auto found = co_await find_mailbox(session, *std::move(name), store::Right::administer);
    if (!found) co_return forward(found);
    const auto entries = co_await acl_of(session, *found);
    if (!entries) co_return forward(entries);
    imap::append_mailbox(session.out() += "* ACL ", found->mailbox.name, session.names());
    for (const NamedEntry& entry : *entries) {
        imap::append_astring(session.out() += ' ', entry.identifier);
        (session.out() += ' ') += entry.rights.text();
    }
    session.out() += "\r\n";
    co_return Reply::ok("GETACL completed");
}

}  // namespace sky::imapd
