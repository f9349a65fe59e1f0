#include "auth/store/tenants.h"

namespace sky::auth {
namespace {
#define SKY_TENANT_COLUMNS                                                                                                     \
    "t.tenant_id, t.name, t.state, t.created_at, t.kind, coalesce((select p.name from directory.tenant p where p.tenant_id = " \
    "t.parent_id), "                                                                                                           \
    "''), t.closes_at, t.display_name, coalesce((select l.name from directory.plan l where l.plan_id = t.plan_id), ''), "      \
    "t.scram_for_main, "                                                                                                       \
    "t.shortest_password, t.password_history, t.second_factor_required, t.address_list"

// Without the wish the weaker proofs go; app passwords keep theirs.
constexpr pg::Statement drop_main_scram{"directory.drop_main_scram",
                                        "update directory.credential set scram_sha256 = null, scram_sha1 = null where tenant_id = $1 and "
                                        "kind = 'main' and (scram_sha256 is not null or scram_sha1 is not null)"};
constexpr pg::Statement tenant_by_name{"directory.tenant", "select " SKY_TENANT_COLUMNS " from directory.tenant t where t.name = $1"};
constexpr pg::Statement tenant_by_id{"directory.tenant_by_id",
                                     "select " SKY_TENANT_COLUMNS " from directory.tenant t where t.tenant_id = $1"};
constexpr pg::Statement tenants_after{"directory.tenants",
                                      "select " SKY_TENANT_COLUMNS
                                      " from directory.tenant t where t.name > $1 and ($3 = '' or t.state = $3) "
                                      "and ($4 = '' or t.parent_id = (select p.tenant_id from directory.tenant p where p.name = $4)) "
                                      "order by t.name limit $2"};
constexpr pg::Statement closed_tenants{
    "directory.closed_tenants",
    "select " SKY_TENANT_COLUMNS
    " from directory.tenant t where t.state = 'closing' and t.closes_at <= now() order by t.closes_at limit 100"};
constexpr pg::Statement next_id{"directory.next_tenant", "select nextval('directory.tenant_id')"};
constexpr pg::Statement add_tenant{"directory.add_tenant",
                                   "insert into directory.tenant (tenant_id, name, kind, display_name, parent_id) "
                                   "values ($1, $2, $3, $4, nullif($5, 0))"};
constexpr pg::Statement change_tenant{
    "directory.change_tenant",
    "update directory.tenant set display_name = coalesce($2, display_name), scram_for_main = coalesce($3, scram_for_main), "
    "shortest_password = coalesce($4, shortest_password), password_history = coalesce($5, password_history), "
    "second_factor_required = coalesce($6, second_factor_required), address_list = coalesce($7, address_list) where tenant_id = $1"};
// The provider's plans are there for all, a reseller's for those under it.
constexpr pg::Statement change_plan{
    "directory.change_tenant_plan",
    "update directory.tenant t set plan_id = (select l.plan_id from directory.plan l where l.name = $2 "
    "and (l.reseller_id is null or l.reseller_id in (t.parent_id, t.tenant_id)) order by l.reseller_id nulls last limit 1) "
    "where tenant_id = $1 returning plan_id is not null or $2 = ''"};
constexpr pg::Statement change_state{"directory.change_tenant_state",
                                     "update directory.tenant set state = $2, closes_at = $3 where tenant_id = $1"};
constexpr pg::Statement remove_tenant{"directory.remove_tenant", "delete from directory.tenant where tenant_id = $1"};
constexpr pg::Statement names_of{"directory.domain_names", "select name from directory.domain where tenant_id = $1 order by name"};
constexpr pg::Statement accounts_of{"directory.account_ids", "select account_id from directory.account where tenant_id = $1 order by 1"};
constexpr pg::Statement drops[] = {
    {"directory.drop_tokens", "delete from directory.token where tenant_id = $1"},
    {"directory.drop_accounts", "delete from directory.account where tenant_id = $1"},
    {"directory.drop_aliases", "delete from directory.alias where tenant_id = $1"},
    {"directory.drop_groups", "delete from directory.distribution_group where tenant_id = $1"},
    {"directory.drop_contacts", "delete from directory.contact where tenant_id = $1"},
    {"directory.free_alias_domains", "update directory.domain set alias_of = null where tenant_id = $1 and alias_of is not null"},
    {"directory.drop_domains", "delete from directory.domain where tenant_id = $1"},
};

TenantRow tenant_of(const pg::Row& row) {
    return {.id = row.get<TenantId>(0),
            .name = row.get<std::string>(1),
            .state = row.get<std::string>(2),
            .created = row.get<Time>(3),
            .kind = row.get<std::string>(4),
            .parent = row.get<std::string>(5),
            .closes = row.get<std::optional<Time>>(6),
            .display_name = row.get<std::string>(7),
            .plan = row.get<std::string>(8),
            .scram_for_main = row.get<bool>(9),
            .shortest_password = row.get<std::int16_t>(10),
            .password_history = row.get<std::int16_t>(11),
            .second_factor_required = row.get<bool>(12),
            .address_list = row.get<bool>(13)};
}

Task<Result<TenantRow>> again(pg::Transaction& transaction, TenantId id) {
    auto rows = co_await transaction.query(tenant_by_id, pg::params(id));
    if (!rows) co_return forward(rows);
    if (rows->empty()) co_return unexpected(Fault::not_found, "no such tenant");
    co_return tenant_of((*rows)[0]);
}
}  // namespace

Error in_use(Error error, const char* text) {
    if (error.fault == Fault::not_found) return {Fault::conflict, text, error.reason};
    return error;
}

Task<Result<TenantRow>> find_tenant(pg::Pool& pool, TenantId view, const std::string& name, pg::Deadline deadline) {
    auto rows = co_await pool.query(view, tenant_by_name, pg::params(name), deadline);
    if (!rows) co_return forward(rows);
    if (rows->empty()) co_return unexpected(Fault::not_found, "no such tenant");
    co_return tenant_of((*rows)[0]);
}

Task<Result<TenantRow>> find_tenant_by_id(pg::Pool& pool, TenantId id, pg::Deadline deadline) {
    auto rows = co_await pool.query(id, tenant_by_id, pg::params(id), deadline);
    if (!rows) co_return forward(rows);
    if (rows->empty()) co_return unexpected(Fault::not_found, "no such tenant");
    co_return tenant_of((*rows)[0]);
}

Task<Result<std::vector<TenantRow>>> list_tenants(pg::Pool& pool, TenantId view, const TenantFilter& filter, Page page,
                                                  pg::Deadline deadline) {
    auto rows =
        co_await pool.query(view, tenants_after, pg::params(page.after, std::int64_t{page.size}, filter.state, filter.parent), deadline);
    if (!rows) co_return forward(rows);
    std::vector<TenantRow> out;
    for (const auto row : *rows) out.push_back(tenant_of(row));
    co_return out;
}

Task<Result<std::vector<TenantRow>>> list_closed_tenants(pg::Pool& pool, pg::Deadline deadline) {
    auto rows = co_await pool.query(TenantId{}, closed_tenants, pg::Params{}, deadline);
    if (!rows) co_return forward(rows);
    std::vector<TenantRow> out;
    for (const auto row : *rows) out.push_back(tenant_of(row));
    co_return out;
}

Task<Result<TenantId>> next_tenant_id(pg::Pool& pool, pg::Deadline deadline) {
    auto rows = co_await pool.query(TenantId{}, next_id, pg::Params{}, deadline);
    if (!rows) co_return forward(rows);
    co_return (*rows)[0].get<TenantId>(0);
}

Task<Result<TenantRow>> insert_tenant(pg::Transaction& transaction, const NewTenant& tenant) {
    auto rows = co_await transaction.query(add_tenant, pg::params(tenant.id, tenant.name, tenant.kind, tenant.display_name, tenant.parent));
    if (!rows) co_return forward(rows);
    co_return co_await again(transaction, tenant.id);
}

Task<Result<TenantRow>> update_tenant(pg::Transaction& transaction, TenantId id, const TenantChange& change) {
    auto rows =
        co_await transaction.query(change_tenant, pg::params(id, change.display_name, change.scram_for_main, change.shortest_password,
                                                             change.password_history, change.second_factor_required, change.address_list));
    if (!rows) co_return forward(rows);
    if (change.scram_for_main == false) {
        auto dropped = co_await transaction.query(drop_main_scram, pg::params(id));
        if (!dropped) co_return forward(dropped);
    }
    if (change.plan) {
        auto planned = co_await transaction.query(change_plan, pg::params(id, *change.plan));
        if (!planned) co_return forward(planned);
        if (planned->empty() || !(*planned)[0].get<bool>(0)) co_return unexpected(Fault::not_found, "no such plan");
    }
    co_return co_await again(transaction, id);
}

Task<Result<TenantRow>> update_tenant_state(pg::Transaction& transaction, TenantId id, const std::string& state,
                                            std::optional<Time> closes) {
    auto rows = co_await transaction.query(change_state, pg::params(id, state, closes));
    if (!rows) co_return forward(rows);
    co_return co_await again(transaction, id);
}

Task<Result<bool>> delete_tenant(pg::Transaction& transaction, TenantId id) {
    auto rows = co_await transaction.query(remove_tenant, pg::params(id));
    if (!rows) co_return unexpected(in_use(rows.error(), "the tenant still has domains, or tenants under it"));
    co_return rows->affected() > 0;
}

Task<Result<std::vector<std::string>>> domain_names(pg::Transaction& transaction, TenantId tenant) {
    auto rows = co_await transaction.query(names_of, pg::params(tenant));
    if (!rows) co_return forward(rows);
    std::vector<std::string> out;
    for (const auto row : *rows) out.push_back(row.get<std::string>(0));
    co_return out;
}

Task<Result<std::vector<std::int64_t>>> account_ids(pg::Transaction& transaction, TenantId tenant) {
    auto rows = co_await transaction.query(accounts_of, pg::params(tenant));
    if (!rows) co_return forward(rows);
    std::vector<std::int64_t> out;
    for (const auto row : *rows) out.push_back(row.get<std::int64_t>(0));
    co_return out;
}

Task<Result<void>> delete_everything(pg::Transaction& transaction, TenantId tenant) {
    for (const auto& statement : drops)
        if (auto done = co_await transaction.query(statement, pg::params(tenant)); !done) co_return forward(done);
    co_return Result<void>{};
}

}  // namespace sky::auth
