#include <algorithm>

#include "imap/commands/all.h"
#include "imap/status_text.h"

namespace sky::imapd {

Task<Result<Reply>> status(Session& session, Arguments arguments) {
    auto name = arguments.mailbox();
    if (!name) co_return forward(name);
    if (const auto space = arguments.space(); !space) co_return forward(space);
    const auto items = imap::parse_status_items(arguments);
    if (!items) co_return forward(items);
    if (const auto end = arguments.end(); !end) co_return forward(end);
    const auto mailbox = co_await store::Mailboxes(session.house().pool).find(session.account(), *std::move(name), session.limit());
    if (!mailbox) co_return forward(mailbox);
    if (!mailbox->selectable) co_return Reply::no("NONEXISTENT", "This name can't be selected");
    if (std::ranges::find(*items, imap::StatusItem::highest_mod_seq) != items->end()) session.condstore = true;  // RFC 7162 §3.1
    append_status(session.out(), *mailbox, *items);
    co_return Reply::ok("STATUS completed");
}

}  // namespace sky::imapd
