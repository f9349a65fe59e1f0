#include "imap/commands/all.h"
#include "imap/quota_roots.h"
#include "imap/rights.h"
#include "sky/imap-proto/write.h"

namespace sky::imapd {

// RFC 9208 §4.1.2
Task<Result<Reply>> get_quota_root(Session& session, Arguments arguments) {
    auto name = arguments.mailbox();
    if (!name) co_return forward(name);
    if (const auto end = arguments.end(); !end) co_return forward(end);
    const auto found = co_await find_mailbox(session, *std::move(name), store::Right::read);
    if (!found) co_return forward(found);
    const auto roots = co_await read_quota_roots(session, found->ref.owner(), found->address);
    if (!roots) co_return forward(roots);
    std::string& out = session.out();
    out += "* QUOTAROOT ";
    imap::append_mailbox(out, found->mailbox.name, session.names());
    for (const QuotaRoot& root : *roots) {
        out += ' ';
        imap::append_astring(out, root.name);
    }
    out += "\r\n";
    // How full somebody else is, is told to who administers something of it.
    if (found->rights.has(store::Right::administer))
        for (const QuotaRoot& root : *roots) append_quota(out, root);
    co_return Reply::ok("GETQUOTAROOT completed");
}

}  // namespace sky::imapd
