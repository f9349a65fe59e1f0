#include <algorithm>

#include "imap/commands/all.h"
#include "imap/rights.h"
#include "imap/status_text.h"

namespace sky::imapd {

Task<Result<Reply>> status(Session& session, Arguments arguments) {
    auto name = arguments.mailbox();
    if (!name) co_return forward(name);
    if (const auto space = arguments.space(); !space) co_return forward(space);
    const auto items = imap::parse_status_items(arguments);
    if (!items) co_return forward(items);
    if (const auto end = arguments.end(); !end) co_return forward(end);
    const auto found = co_await find_mailbox(session, *std::move(name), store::Right::read);
    if (!found) co_return forward(found);
    if (!found->mailbox.selectable) co_return Reply::no("NONEXISTENT", "This name can't be selected");
    if (std::ranges::find(*items, imap::StatusItem::highest_mod_seq) != items->end()) session.enable_condstore();  // RFC 7162 §3.1
    const auto counts = co_await read_status_counts(session, {&found->mailbox}, *items);
    if (!counts) co_return forward(counts);
    append_status(session, found->mailbox, *items, *counts);
    co_return Reply::ok("STATUS completed");
}

}  // namespace sky::imapd
