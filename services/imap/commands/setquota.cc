#include "imap/commands/all.h"
#include "imap/quota_roots.h"
#include "sky/imap-proto/quota.h"

namespace sky::imapd {

// RFC 9208 §4.1.3. auth decides by the role of who signed in, and does what `skyctl quota set` does: so QUOTASET is offered to everybody,
// works for administrators, and is NO [NOPERM] for the rest. Without a limit the mailbox has its plan's again. Pools are what was sold.
Task<Result<Reply>> set_quota(Session& session, Arguments arguments) {
    const auto wanted = imap::parse_set_quota(arguments);
    if (!wanted) co_return forward(wanted);
    const std::string_view object = user_of_root(wanted->root);
    if (object.empty()) co_return Reply::no("NOPERM", "This quota is not set here");
    std::int64_t octets = 0;  // its plan's
    for (const imap::QuotaLimit& one : wanted->limits) {
        const auto limit = octets_of_storage(one.limit);
        if (one.resource != "STORAGE" || !limit) co_return Reply::no("CANNOT", "Only STORAGE is set, to at least 1");
        octets = *limit;
    }
    const auto quota = co_await session.house().identity.quota(session.user(), std::string(object), octets, session.limit());
    if (!quota) co_return forward(quota);
    append_quota(session.out(), root_of(*quota));
    co_return Reply::ok("SETQUOTA completed");
}

}  // namespace sky::imapd
