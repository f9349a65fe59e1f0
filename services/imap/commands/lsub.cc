#include "imap/commands/all.h"
#include "imap/list_names.h"
#include "imap/rights.h"

namespace sky::imapd {

// LSUB lists subscribed names; with "%" it names a parent of one, as \Noselect (RFC 3501 §6.3.9).
Task<Result<Reply>> lsub(Session& session, Arguments arguments) {
    ListRequest request{.only_subscribed = true, .recursive = true};
    auto reference = arguments.mailbox();
    if (!reference) co_return forward(reference);
    request.reference = *std::move(reference);
    if (const auto space = arguments.space(); !space) co_return forward(space);
    auto pattern = arguments.list_mailbox();
    if (!pattern) co_return forward(pattern);
    request.patterns.push_back(*std::move(pattern));
    if (const auto end = arguments.end(); !end) co_return forward(end);
    const auto visible = co_await visible_names(session, whose(request));
    if (!visible) co_return forward(visible);
    for (ListedName& one : list_names(visible->names, request)) {
        if (!one.subscribed)
            one.attributes = "\\Noselect";
        else if (one.mailbox == nullptr)  // clients of LSUB do not know \NonExistent (docs/rfc/quirks.md)
            one.attributes = "\\Noselect " + one.attributes;
        append_listed(session.out(), "LSUB", one, session.names());
    }
    co_return Reply::ok("LSUB completed");
}

}  // namespace sky::imapd
