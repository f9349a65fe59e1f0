#include "imap/commands/all.h"
#include "imap/quota_roots.h"
#include "imap/rights.h"
#include "sky/imap-proto/write.h"

namespace sky::imapd {
namespace {

// Whose quota a mailbox counts against, be it there or one that is still to be made.
struct Counted {
    std::string name;  // of the mailbox
    store::AccountRef account;
    std::string address;
    bool tells_use = false;  // how full somebody else is, is told to who administers something of it
};

Task<Result<Counted>> find_counted(Session& session, std::string name) {
    auto found = co_await find_mailbox(session, name, store::Right::read);
    if (found)
        co_return Counted{std::move(found->mailbox.name), found->ref.owner(), std::move(found->address),
                          found->rights.has(store::Right::administer)};
    if (found.error().fault != Fault::not_found) co_return forward(found);
    auto room = co_await find_room(session, std::move(name));
    // Where he may not create, nothing is said of what would be there.
    if (!room && room.error().fault == Fault::forbidden) co_return forward(found);
    if (!room) co_return forward(room);
    if (!room->prefix.empty()) co_return forward(found);
    co_return Counted{std::move(room->name), room->account, session.user().address, true};
}

}  // namespace

// RFC 9208 §4.1.2
Task<Result<Reply>> get_quota_root(Session& session, Arguments arguments) {
    auto name = arguments.mailbox();
    if (!name) co_return forward(name);
    if (const auto end = arguments.end(); !end) co_return forward(end);
    auto found = co_await find_counted(session, *std::move(name));
    if (!found) co_return forward(found);
    const auto roots = co_await read_quota_roots(session, found->account, found->address);
    if (!roots) co_return forward(roots);
    std::string& out = session.out();
    out += "* QUOTAROOT ";
    imap::append_mailbox(out, found->name, session.names());
    for (const QuotaRoot& root : *roots) {
        out += ' ';
        imap::append_astring(out, root.name);
    }
    out += "\r\n";
    if (found->tells_use)
        for (const QuotaRoot& root : *roots) append_quota(out, root);
    co_return Reply::ok("GETQUOTAROOT completed");
}

}  // namespace sky::imapd
