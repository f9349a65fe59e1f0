#include <algorithm>

#include "imap/commands/all.h"
#include "imap/quota_roots.h"

namespace sky::imapd {

// RFC 9208 §4.1.1. Roots of others are told to those who administer them, and to the rest like roots that nobody has.
Task<Result<Reply>> get_quota(Session& session, Arguments arguments) {
    const auto name = arguments.astring();
    if (!name) co_return forward(name);
    if (const auto end = arguments.end(); !end) co_return forward(end);
    const auto roots = co_await read_quota_roots(session, session.account(), session.user().address);
    if (!roots) co_return forward(roots);
    const auto root = std::ranges::find(*roots, *name, &QuotaRoot::name);
    if (root != roots->end()) {
        append_quota(session.out(), *root);
        co_return Reply::ok("GETQUOTA completed");
    }
    const std::string_view other = user_of_root(*name);
    if (other.empty()) co_return Reply::no("NONEXISTENT", "There is no such quota root");
    const auto quota = co_await session.house().identity.quota(session.user(), std::string(other), std::nullopt, session.limit());
    if (!quota && !codes(quota.error().fault).temporary) co_return Reply::no("NONEXISTENT", "There is no such quota root");
    if (!quota) co_return forward(quota);
    append_quota(session.out(), root_of(*quota));
    co_return Reply::ok("GETQUOTA completed");
}

}  // namespace sky::imapd
