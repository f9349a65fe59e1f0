#include "imap/commands/all.h"
#include "imap/notifier.h"

namespace sky::imapd {

// NOTIFY takes the place of what was asked for before, once all of it can be done (RFC 5465 §3.1).
Task<Result<Reply>> notify(Session& session, Arguments arguments) {
    auto request = imap::parse_notify(arguments);
    if (!request) co_return forward(request);
    if (!request->unknown_events.empty()) co_return Reply::no("BADEVENT " + imap::known_events(), "Some of these events are not offered");
    for (imap::NotifyGroup& group : request->groups)
        for (std::string& name : group.names)  // as they are kept; those that nobody can have are nobody's
            if (auto canonical = store::canonical_name(name)) name = *std::move(canonical);
    if (request->groups.empty()) {
        session.notify(nullptr);
        co_return Reply::ok("NOTIFY completed");
    }
    auto notifier = std::make_unique<Notifier>(session.house().views.watch(session.account()), *std::move(request), session.wake());
    if (auto begun = co_await notifier->begin(session); !begun) co_return forward(begun);
    session.notify(std::move(notifier));
    co_return Reply::ok("NOTIFY completed");
}

}  // namespace sky::imapd
