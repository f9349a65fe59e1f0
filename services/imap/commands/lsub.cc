#include "imap/commands/all.h"
#include "imap/list_names.h"

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
    const auto names = co_await store::Mailboxes(session.house().pool).list(session.account(), session.limit());
    if (!names) co_return forward(names);
    for (ListedName& one : list_names(*names, request)) {
        if (!one.subscribed) one.attributes = "\\Noselect";
        append_listed(session.out(), "LSUB", one);
    }
    co_return Reply::ok("LSUB completed");
}

}  // namespace sky::imapd
