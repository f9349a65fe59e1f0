// QUIT: what was marked is removed, all in one transaction; only here. RFC 1939 §4, §6
#include "pop3/metrics.h"
#include "pop3/session.h"
#include "sky/pop3-proto/response.h"
#include "sky/telemetry/log.h"

namespace sky::pop3d {

Task<Answer> quit(Session& session, std::string_view argument) {
    if (!argument.empty()) co_return unexpected(Fault::syntax, "QUIT takes no arguments");
    session.close();
    auto uids = session.client().maildrop.marked();
    if (uids.empty()) co_return pop3::ok("bye");
    const auto count = uids.size();
    auto removed = co_await session.house().inbox.remove(*session.client().user, session.client().maildrop.validity(), std::move(uids),
                                                         after(write_limit));
    if (!removed) {
        log::warning("pop3.quit.failed", {{"session", session.trace().id()}, {"count", count}, {"reason", removed.error().reason}});
        co_return unexpected(removed.error().fault, "deleted messages not removed", removed.error().reason);
    }
    counted::removed.add(count);
    log::info("pop3.messages.removed", {{"session", session.trace().id()}, {"account", session.client().user->account}, {"count", count}});
    co_return pop3::ok("bye, " + std::to_string(count) + " removed");
}

}  // namespace sky::pop3d
