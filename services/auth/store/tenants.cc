#include "auth/store/tenants.h"

namespace sky::auth {
namespace {
constexpr pg::Statement tenant_by_name{"directory.tenant",
                                       "select tenant_id, name, state, created_at from directory.tenant where name = $1"};
constexpr pg::Statement tenants_after{
    "directory.tenants", "select tenant_id, name, state, created_at from directory.tenant where name > $1 order by name limit $2"};
constexpr pg::Statement domain_by_name{"directory.domain",
                                       "select d.tenant_id, d.domain_id, d.name, t.name, d.created_at from directory.domain d "
                                       "join directory.tenant t using (tenant_id) where d.name = $1"};
constexpr pg::Statement domains_after{"directory.domains",
                                      "select d.tenant_id, d.domain_id, d.name, t.name, d.created_at from directory.domain d "
                                      "join directory.tenant t using (tenant_id) where d.name > $1 and ($2 = '' or t.name = $2) "
                                      "order by d.name limit $3"};
constexpr pg::Statement next_id{"directory.next_tenant", "select nextval('directory.tenant_id')"};
constexpr pg::Statement add_tenant{
    "directory.add_tenant", "insert into directory.tenant (tenant_id, name) values ($1, $2) returning tenant_id, name, state, created_at"};
constexpr pg::Statement add_domain{"directory.add_domain",
                                   "insert into directory.domain (tenant_id, name) values ($1, $2) returning tenant_id, domain_id, name, "
                                   "(select name from directory.tenant where tenant_id = $1), created_at"};
constexpr pg::Statement remove_tenant{"directory.remove_tenant", "delete from directory.tenant where tenant_id = $1"};
constexpr pg::Statement remove_domain{"directory.remove_domain", "delete from directory.domain where tenant_id = $1 and domain_id = $2"};
constexpr pg::Statement names_of{"directory.domain_names", "select name from directory.domain where tenant_id = $1 order by name"};
constexpr pg::Statement accounts_of{"directory.account_ids", "select account_id from directory.account where tenant_id = $1 order by 1"};
constexpr pg::Statement drop_accounts{"directory.drop_accounts", "delete from directory.account where tenant_id = $1"};
constexpr pg::Statement drop_aliases{"directory.drop_aliases", "delete from directory.alias where tenant_id = $1"};
constexpr pg::Statement drop_domains{"directory.drop_domains", "delete from directory.domain where tenant_id = $1"};

TenantRow tenant_of(const pg::Row& row) {
    return {row.get<TenantId>(0), row.get<std::string>(1), row.get<std::string>(2), row.get<Time>(3)};
}
DomainRow domain_of(const pg::Row& row) {
    return {row.get<TenantId>(0), row.get<DomainId>(1), row.get<std::string>(2), row.get<std::string>(3), row.get<Time>(4)};
}

// A row that others still refer to.
Error in_use(Error error, const char* text) {
    if (error.fault == Fault::not_found) return {Fault::conflict, text, error.reason};
    return error;
}
}  // namespace

Task<Result<TenantRow>> find_tenant(pg::Pool& pool, const std::string& name, pg::Deadline deadline) {
    auto rows = co_await pool.query(TenantId{}, tenant_by_name, pg::params(name), deadline);
    if (!rows) co_return forward(rows);
    if (rows->empty()) co_return unexpected(Fault::not_found, "no such tenant");
    co_return tenant_of((*rows)[0]);
}

Task<Result<std::vector<TenantRow>>> list_tenants(pg::Pool& pool, Page page, pg::Deadline deadline) {
    auto rows = co_await pool.query(TenantId{}, tenants_after, pg::params(page.after, std::int64_t{page.size}), deadline);
    if (!rows) co_return forward(rows);
    std::vector<TenantRow> out;
    for (const auto row : *rows) out.push_back(tenant_of(row));
    co_return out;
}

Task<Result<DomainRow>> find_domain(pg::Pool& pool, const std::string& name, pg::Deadline deadline) {
    auto rows = co_await pool.query(TenantId{}, domain_by_name, pg::params(name), deadline);
    if (!rows) co_return forward(rows);
    if (rows->empty()) co_return unexpected(Fault::not_found, "no such domain");
    co_return domain_of((*rows)[0]);
}

Task<Result<std::vector<DomainRow>>> list_domains(pg::Pool& pool, const std::string& tenant, Page page, pg::Deadline deadline) {
    auto rows = co_await pool.query(TenantId{}, domains_after, pg::params(page.after, tenant, std::int64_t{page.size}), deadline);
    if (!rows) co_return forward(rows);
    std::vector<DomainRow> out;
    for (const auto row : *rows) out.push_back(domain_of(row));
    co_return out;
}

Task<Result<TenantId>> next_tenant_id(pg::Pool& pool, pg::Deadline deadline) {
    auto rows = co_await pool.query(TenantId{}, next_id, pg::Params{}, deadline);
    if (!rows) co_return forward(rows);
    co_return (*rows)[0].get<TenantId>(0);
}

Task<Result<TenantRow>> insert_tenant(pg::Transaction& transaction, TenantId id, const std::string& name) {
    auto rows = co_await transaction.query(add_tenant, pg::params(id, name));
    if (!rows) co_return forward(rows);
    co_return tenant_of((*rows)[0]);
}

Task<Result<DomainRow>> insert_domain(pg::Transaction& transaction, TenantId tenant, const std::string& name) {
    auto rows = co_await transaction.query(add_domain, pg::params(tenant, name));
    if (!rows) co_return forward(rows);
    co_return domain_of((*rows)[0]);
}

Task<Result<bool>> delete_tenant(pg::Transaction& transaction, TenantId id) {
    auto rows = co_await transaction.query(remove_tenant, pg::params(id));
    if (!rows) co_return unexpected(in_use(rows.error(), "the tenant still has domains"));
    co_return rows->affected() > 0;
}

Task<Result<bool>> delete_domain(pg::Transaction& transaction, TenantId tenant, DomainId id) {
    auto rows = co_await transaction.query(remove_domain, pg::params(tenant, id));
    if (!rows) co_return unexpected(in_use(rows.error(), "the domain still has mailboxes or aliases"));
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
    for (const auto* statement : {&drop_accounts, &drop_aliases, &drop_domains})
        if (auto done = co_await transaction.query(*statement, pg::params(tenant)); !done) co_return forward(done);
    co_return Result<void>{};
}

}  // namespace sky::auth
