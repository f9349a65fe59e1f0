#include "imap/quota_roots.h"

#include "sky/imap-proto/write.h"

namespace sky::imapd {
namespace {

constexpr std::string_view user_prefix = "user/";
constexpr std::int64_t unit = 1024;
// Use is rounded up and limits down: who is told of room has it.
QuotaResource storage(std::int64_t used, std::int64_t limit) {
    return {"STORAGE", static_cast<std::uint64_t>((used + unit - 1) / unit), static_cast<std::uint64_t>(limit / unit)};
}

}  // namespace

std::vector<QuotaRoot> roots_of(std::string own_name, const store::Usage& usage, std::int64_t mailboxes) {
    std::vector<QuotaRoot> out{{std::move(own_name), {}}};
    if (!usage.pool && usage.quota_octets) out[0].resources.push_back(storage(usage.used_octets, *usage.quota_octets));
    out[0].resources.push_back({"MAILBOX", static_cast<std::uint64_t>(mailboxes), static_cast<std::uint64_t>(store::most_mailboxes)});
    if (usage.pool) out.push_back({"pool/" + std::to_string(usage.pool->id), {storage(usage.pool->used_octets, usage.pool->limit_octets)}});
    return out;
}

QuotaRoot root_of(const identity::Quota& quota) {
    QuotaRoot out{std::string(user_prefix) + quota.address, {}};
    if (quota.limit_octets > 0) out.resources.push_back(storage(quota.used_octets, quota.limit_octets));
    return out;
}

std::string_view user_of_root(std::string_view root) {
    return root.starts_with(user_prefix) ? root.substr(user_prefix.size()) : std::string_view();
}

std::optional<std::int64_t> octets_of_storage(std::uint64_t limit) {
    if (limit == 0 || limit > static_cast<std::uint64_t>(INT64_MAX / unit)) return std::nullopt;
    return static_cast<std::int64_t>(limit) * unit;
}

Task<Result<std::vector<QuotaRoot>>> read_quota_roots(Session& session, store::AccountRef account, std::string address) {
    pg::Pool& pool = session.house().pool;
    const auto usage = co_await store::usage(pool, account, session.limit());
    if (!usage) co_return forward(usage);
    const auto mailboxes = co_await store::mailbox_count(pool, account, session.limit());
    if (!mailboxes) co_return forward(mailboxes);
    co_return roots_of(std::string(user_prefix) + address, *usage, *mailboxes);
}

void append_quota(std::string& out, const QuotaRoot& root) {
    out += "* QUOTA ";
    imap::append_astring(out, root.name);
    out += " (";
    bool first = true;
    for (const QuotaResource& one : root.resources) {
        if (!std::exchange(first, false)) out += ' ';
        (out += one.name) += ' ';
        imap::append_number(out, one.used);
        out += ' ';
        imap::append_number(out, one.limit);
    }
    out += ")\r\n";
}

}  // namespace sky::imapd
