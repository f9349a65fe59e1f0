#include "auth/store/audit.h"

namespace sky::auth {
namespace {
constexpr pg::Statement changes{"directory.list_changes",
                                "select u.audit_id, u.at, coalesce(t.name, ''), u.actor, u.peer, u.action, u.object, u.detail::text "
                                "from directory.audit u left join directory.tenant t on t.tenant_id = u.tenant_id "
                                "where ($1 = '' or t.name = $1) and ($2 = '' or u.actor = $2) and ($3 = '' or u.object = $3) "
                                "and ($4 = '' or starts_with(u.action, $4)) and ($5::timestamptz is null or u.at >= $5) "
                                "and ($6::timestamptz is null or u.at < $6) and ($7 = 0::bigint or u.audit_id < $7) "
                                "order by u.audit_id desc limit $8"};
constexpr pg::Statement sign_ins{"directory.list_sign_ins",
                                 "select s.last_at, coalesce(t.name, ''), s.address, s.protocol, s.mechanism, s.remote, s.outcome, s.count "
                                 "from directory.sign_in s left join directory.tenant t on t.tenant_id = s.tenant_id "
                                 "where ($1 = '' or t.name = $1) and ($2 = '' or s.address = $2) and ($3 = '' or s.outcome = $3) "
                                 "and ($4::timestamptz is null or s.last_at >= $4) and ($5::timestamptz is null or s.last_at < $5) "
                                 "order by s.last_at desc, s.address, s.remote, s.protocol, s.mechanism, s.outcome offset $6 limit $7"};
constexpr pg::Statement forget_changes{"directory.forget_audit", "select directory.forget_audit($1)"};
constexpr pg::Statement forget_sign_ins{"directory.forget_sign_ins", "select directory.forget_sign_ins($1)"};
}  // namespace

Task<Result<std::vector<ChangeEntry>>> list_changes(pg::Pool& pool, TenantId view, const ChangeFilter& filter, std::int64_t before,
                                                    std::int32_t size, pg::Deadline deadline) {
    auto rows = co_await pool.query(view, changes,
                                    pg::params(filter.tenant, filter.actor, filter.object, filter.action, filter.period.since,
                                               filter.period.until, before, std::int64_t{size}),
                                    deadline);
    if (!rows) co_return forward(rows);
    std::vector<ChangeEntry> out;
    for (const auto row : *rows)
        out.push_back({.id = row.get<std::int64_t>(0),
                       .at = row.get<Time>(1),
                       .tenant = row.get<std::string>(2),
                       .actor = row.get<std::string>(3),
                       .peer = row.get<std::string>(4),
                       .action = row.get<std::string>(5),
                       .object = row.get<std::string>(6),
                       .detail = row.get<std::string>(7)});
    co_return out;
}

Task<Result<std::vector<SignInEntry>>> list_sign_ins(pg::Pool& pool, TenantId view, const SignInFilter& filter, std::int64_t skip,
                                                     std::int32_t size, pg::Deadline deadline) {
    auto rows = co_await pool.query(
        view, sign_ins,
        pg::params(filter.tenant, filter.address, filter.outcome, filter.period.since, filter.period.until, skip, std::int64_t{size}),
        deadline);
    if (!rows) co_return forward(rows);
    std::vector<SignInEntry> out;
    for (const auto row : *rows)
        out.push_back({.at = row.get<Time>(0),
                       .tenant = row.get<std::string>(1),
                       .address = row.get<std::string>(2),
                       .protocol = row.get<std::string>(3),
                       .mechanism = row.get<std::string>(4),
                       .remote = row.get<std::string>(5),
                       .outcome = row.get<std::string>(6),
                       .count = row.get<std::int32_t>(7)});
    co_return out;
}

Task<Result<void>> forget_records(pg::Pool& pool, Time older_than, pg::Deadline deadline) {
    auto transaction = co_await pool.begin(TenantId{}, deadline);
    if (!transaction) co_return forward(transaction);
    transaction->queue(forget_changes, pg::params(older_than));
    transaction->queue(forget_sign_ins, pg::params(older_than));
    co_return co_await transaction->commit();
}

}  // namespace sky::auth
