#include "imap/commands/all.h"
#include "imap/list_names.h"
#include "imap/rights.h"

namespace sky::imapd {

Task<Result<Reply>> rename(Session& session, Arguments arguments) {
    auto from = arguments.mailbox();
    if (!from) co_return forward(from);
    if (const auto space = arguments.space(); !space) co_return forward(space);
    auto to = arguments.mailbox();
    if (!to) co_return forward(to);
    if (const auto end = arguments.end(); !end) co_return forward(end);
    if (to->size() > 1 && to->ends_with('/')) to->pop_back();
    ListedName renamed{.name = *to, .old_name = *from};
    // Below another parent one needs "k" as well (RFC 4314 §4).
    const auto found = co_await find_mailbox(session, *std::move(from), store::Right::remove);
    if (!found && found.error().fault == Fault::syntax) co_return Reply::no("CANNOT", found.error().text);
    if (!found) co_return forward(found);
    const auto room = co_await find_room(session, *std::move(to));
    if (!room && room.error().fault == Fault::syntax) co_return Reply::no("CANNOT", room.error().text);
    if (!room) co_return forward(room);
    if (room->account != found->ref.owner()) co_return Reply::no("CANNOT", "A mailbox stays with whom it belongs to");
    auto done = co_await store::Mailboxes(session.house().pool).rename(room->account, found->name, room->name, session.limit());
    if (!done) {
        if (done.error().fault == Fault::syntax) co_return Reply::no("CANNOT", done.error().text);
        co_return forward(done);
    }
    session.publish(*done);
    renamed.name = room->prefix + room->name;
    // INBOX stays where its messages leave it (RFC 9051 §6.3.6).
    if (session.rev2 && renamed.old_name != "INBOX") append_listed(session.out(), "LIST", renamed, session.names());
    co_return Reply::ok("RENAME completed");
}

}  // namespace sky::imapd
