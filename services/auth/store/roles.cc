#include "auth/store/roles.h"

namespace sky::auth {
namespace {
constexpr pg::Statement roles{"directory.roles",
                              "select a.address, r.role, coalesce(o.name, ''), r.granted_at, r.granted_by from directory.role_grant r "
                              "join directory.account a on a.tenant_id = r.tenant_id and a.account_id = r.account_id "
                              "join directory.tenant t on t.tenant_id = r.tenant_id "
                              "left join directory.tenant o on o.tenant_id = r.over_tenant "
                              "where $1 = '' or t.name = $1 order by a.address, r.role limit 10000"};
constexpr pg::Statement grant{
    "directory.grant_role",
    "insert into directory.role_grant (tenant_id, account_id, role, over_tenant, granted_by) "
    "select $1, $2, $3, nullif($4, 0::bigint), $5 where not exists (select from directory.role_grant where tenant_id = $1 "
    "and account_id = $2 and role = $3 and over_tenant is not distinct from nullif($4, 0::bigint))"};
constexpr pg::Statement revoke{"directory.revoke_role",
                               "delete from directory.role_grant where tenant_id = $1 and account_id = $2 and role = $3 and "
                               "over_tenant is not distinct from nullif($4, 0::bigint)"};
}  // namespace

Task<Result<std::vector<RoleRow>>> list_roles(pg::Pool& pool, TenantId view, const std::string& tenant, pg::Deadline deadline) {
    auto rows = co_await pool.query(view, roles, pg::params(tenant), deadline);
    if (!rows) co_return forward(rows);
    std::vector<RoleRow> out;
    for (const auto row : *rows)
        out.push_back({.address = row.get<std::string>(0),
                       .role = row.get<std::string>(1),
                       .over = row.get<std::string>(2),
                       .granted = row.get<Time>(3),
                       .granted_by = row.get<std::string>(4)});
    co_return out;
}

Task<Result<void>> grant_role(pg::Transaction& transaction, const RoleKey& key, const std::string& by) {
    auto done = co_await transaction.query(grant, pg::params(key.tenant, key.account, std::string(name_of(key.role)), key.over, by));
    if (!done) co_return forward(done);
    co_return Result<void>{};
}

Task<Result<bool>> revoke_role(pg::Transaction& transaction, const RoleKey& key) {
    auto rows = co_await transaction.query(revoke, pg::params(key.tenant, key.account, std::string(name_of(key.role)), key.over));
    if (!rows) co_return forward(rows);
    co_return rows->affected() > 0;
}

}  // namespace sky::auth
