#include "auth/store/limits.h"

namespace sky::auth {
namespace {
// Not a lock that foreign keys would wait for.
constexpr pg::Statement lock_tenant{"directory.lock_tenant", "select 1 from directory.tenant where tenant_id = $1 for no key update"};
#define SKY_LIMITS_COLUMNS                                                                                                                \
    "select a.account_id, a.quota_octets, coalesce(l.plan_id, 0), coalesce(l.storage = 'pooled', false), coalesce(l.storage_octets, 0), " \
    "coalesce(l.retention_days, 0) from directory.account a join directory.tenant t on t.tenant_id = a.tenant_id "                        \
    "left join directory.plan l on l.plan_id = directory.plan_in_force(a.kind, a.plan_id, t.plan_id) "
constexpr pg::Statement of_accounts{"directory.limits", SKY_LIMITS_COLUMNS "where a.tenant_id = $1 order by a.account_id"};
constexpr pg::Statement of_account{"directory.account_limits", SKY_LIMITS_COLUMNS "where a.tenant_id = $1 and a.account_id = $2"};
#undef SKY_LIMITS_COLUMNS
// The accounts are counted only when some of the plans at hand are pooled.
constexpr pg::Statement pools_of{
    "directory.plan_pools",
    "select l.plan_id, least(l.storage_octets::numeric * count(*), 1152921504606846976)::bigint from directory.tenant t "
    "join directory.account a on a.tenant_id = t.tenant_id "
    "join directory.plan l on l.plan_id = directory.plan_in_force(a.kind, a.plan_id, t.plan_id) "
    "where t.tenant_id = $1 and l.storage = 'pooled' and a.quota_octets is null and exists (select from directory.plan p "
    "where p.storage = 'pooled' and (p.plan_id = (select plan_id from directory.tenant where tenant_id = $1) "
    "or exists (select from directory.account o where o.tenant_id = $1 and o.plan_id = p.plan_id))) "
    "group by l.plan_id, l.storage_octets order by l.plan_id"};
constexpr pg::Statement due_by_plan{"directory.limits_due_by_plan", "select directory.limits_due_by_plan($1)"};
constexpr pg::Statement due{"directory.limits_due",
                            "insert into directory.limits_due (tenant_id) values ($1) on conflict (tenant_id) do update "
                            "set since = clock_timestamp()"};
constexpr pg::Statement next{"directory.next_due", "select tenant_id from directory.limits_due where tenant_id > $1 order by 1 limit 1"};
constexpr pg::Statement take{"directory.take_due",
                             "delete from directory.limits_due d using directory.tenant t where d.tenant_id = $1 and t.tenant_id = $1 "
                             "returning t.name"};

Result<void> done(const Result<pg::Rows>& rows) {
    if (!rows) return forward(rows);
    return {};
}
}  // namespace

Task<Result<std::vector<AccountLimits>>> lock_limits(pg::Transaction& transaction, TenantId tenant, std::optional<AccountId> only) {
    if (auto locked = co_await transaction.query(lock_tenant, pg::params(tenant)); !locked) co_return forward(locked);
    auto rows = only ? co_await transaction.query(of_account, pg::params(tenant, *only))
                     : co_await transaction.query(of_accounts, pg::params(tenant));
    if (!rows) co_return forward(rows);
    std::vector<AccountLimits> out;
    for (const auto row : *rows)
        out.push_back({.account = row.get<AccountId>(0),
                       .own_quota = row.get<std::optional<std::int64_t>>(1),
                       .plan = row.get<std::int64_t>(2),
                       .pooled = row.get<bool>(3),
                       .storage_octets = row.get<std::int64_t>(4),
                       .retention_days = row.get<std::int32_t>(5)});
    co_return out;
}

Task<Result<std::vector<PlanPool>>> plan_pools(pg::Transaction& transaction, TenantId tenant) {
    auto rows = co_await transaction.query(pools_of, pg::params(tenant));
    if (!rows) co_return forward(rows);
    std::vector<PlanPool> out;
    for (const auto row : *rows) out.push_back({row.get<std::int64_t>(0), row.get<std::int64_t>(1)});
    co_return out;
}

Task<Result<void>> limits_due_by_plan(pg::Transaction& transaction, std::int64_t plan) {
    co_return done(co_await transaction.query(due_by_plan, pg::params(plan)));
}

Task<Result<void>> limits_due(pg::Transaction& transaction, TenantId tenant) {
    co_return done(co_await transaction.query(due, pg::params(tenant)));
}

Task<Result<std::optional<TenantId>>> next_due(pg::Pool& pool, TenantId from, pg::Deadline deadline) {
    auto rows = co_await pool.query(TenantId{}, next, pg::params(from), deadline);
    if (!rows) co_return forward(rows);
    if (rows->empty()) co_return std::nullopt;
    co_return (*rows)[0].get<TenantId>(0);
}

Task<Result<std::optional<std::string>>> take_due(pg::Transaction& transaction, TenantId tenant) {
    auto rows = co_await transaction.query(take, pg::params(tenant));
    if (!rows) co_return forward(rows);
    if (rows->empty()) co_return std::nullopt;
    co_return (*rows)[0].get<std::string>(0);
}

}  // namespace sky::auth
