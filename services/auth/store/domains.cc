#include "auth/store/domains.h"

#include "auth/store/tenants.h"

namespace sky::auth {
namespace {
#define SKY_DOMAIN_COLUMNS                                                                                                     \
    "d.tenant_id, d.domain_id, d.name, t.name, d.created_at, d.state, d.challenge, d.verified_at, coalesce(d.separator, ''), " \
    "coalesce((select o.name from directory.domain o where o.tenant_id = d.tenant_id and o.domain_id = d.alias_of), ''), "     \
    "coalesce(d.catch_all, '') from directory.domain d join directory.tenant t using (tenant_id)"

constexpr pg::Statement domain_by_name{"directory.domain", "select " SKY_DOMAIN_COLUMNS " where d.name = $1"};
constexpr pg::Statement domain_by_id{"directory.domain_by_id", "select " SKY_DOMAIN_COLUMNS " where d.tenant_id = $1 and d.domain_id = $2"};
constexpr pg::Statement domains_after{"directory.domains", "select " SKY_DOMAIN_COLUMNS
                                                           " where d.name > $1 and ($2 = '' or t.name = $2) and ($4 = '' or d.state = $4) "
                                                           "order by d.name limit $3"};
constexpr pg::Statement add_domain{"directory.add_domain",
                                   "insert into directory.domain (tenant_id, name, state, verified_at) "
                                   "values ($1, $2, case when $3 then 'active' else 'pending' end, case when $3 then now() end) "
                                   "returning domain_id"};
constexpr pg::Statement change_domain{
    "directory.change_domain",
    "update directory.domain d set separator = case when $3 is null then separator else nullif($3, '') end, "
    "catch_all = case when $4 is null then catch_all else nullif($4, '') end, "
    "alias_of = case when $5 is null then alias_of else (select o.domain_id from directory.domain o where o.tenant_id = $1 and o.name = $5 "
    "and o.alias_of is null and o.domain_id <> $2) end, state = coalesce($6, state) "
    "where tenant_id = $1 and domain_id = $2 returning alias_of is not null or coalesce($5, '') = ''"};
constexpr pg::Statement verify{"directory.verify_domain",
                               "update directory.domain set state = 'active', verified_at = now() "
                               "where tenant_id = $1 and domain_id = $2 and state = 'pending'"};
constexpr pg::Statement remove_domain{"directory.remove_domain", "delete from directory.domain where tenant_id = $1 and domain_id = $2"};

DomainRow domain_of(const pg::Row& row) {
    return {.tenant_id = row.get<TenantId>(0),
            .id = row.get<DomainId>(1),
            .name = row.get<std::string>(2),
            .tenant = row.get<std::string>(3),
            .created = row.get<Time>(4),
            .state = row.get<std::string>(5),
            .challenge = row.get<std::string>(6),
            .verified = row.get<std::optional<Time>>(7),
            .separator = row.get<std::string>(8),
            .alias_of = row.get<std::string>(9),
            .catch_all = row.get<std::string>(10)};
}

Task<Result<DomainRow>> again(pg::Transaction& transaction, TenantId tenant, DomainId id) {
    auto rows = co_await transaction.query(domain_by_id, pg::params(tenant, id));
    if (!rows) co_return forward(rows);
    if (rows->empty()) co_return unexpected(Fault::not_found, "no such domain");
    co_return domain_of((*rows)[0]);
}
}  // namespace

Task<Result<DomainRow>> find_domain(pg::Pool& pool, TenantId view, const std::string& name, pg::Deadline deadline) {
    auto rows = co_await pool.query(view, domain_by_name, pg::params(name), deadline);
    if (!rows) co_return forward(rows);
    if (rows->empty()) co_return unexpected(Fault::not_found, "no such domain");
    co_return domain_of((*rows)[0]);
}

Task<Result<std::vector<DomainRow>>> list_domains(pg::Pool& pool, TenantId view, const DomainFilter& filter, Page page,
                                                  pg::Deadline deadline) {
    auto rows =
        co_await pool.query(view, domains_after, pg::params(page.after, filter.tenant, std::int64_t{page.size}, filter.state), deadline);
    if (!rows) co_return forward(rows);
    std::vector<DomainRow> out;
    for (const auto row : *rows) out.push_back(domain_of(row));
    co_return out;
}

Task<Result<DomainRow>> insert_domain(pg::Transaction& transaction, TenantId tenant, const std::string& name, Verified verified) {
    auto rows = co_await transaction.query(add_domain, pg::params(tenant, name, verified == Verified::yes));
    if (!rows) co_return forward(rows);
    co_return co_await again(transaction, tenant, (*rows)[0].get<DomainId>(0));
}

Task<Result<DomainRow>> update_domain(pg::Transaction& transaction, TenantId tenant, DomainId id, const DomainChange& change) {
    auto rows = co_await transaction.query(change_domain,
                                           pg::params(tenant, id, change.separator, change.catch_all, change.alias_of, change.state));
    if (!rows) co_return forward(rows);
    if (rows->empty()) co_return unexpected(Fault::not_found, "no such domain");
    if (!(*rows)[0].get<bool>(0))
        co_return unexpected(Fault::not_found, "an alias domain needs another domain of the tenant that is none itself");
    co_return co_await again(transaction, tenant, id);
}

Task<Result<DomainRow>> mark_verified(pg::Transaction& transaction, TenantId tenant, DomainId id) {
    auto rows = co_await transaction.query(verify, pg::params(tenant, id));
    if (!rows) co_return forward(rows);
    co_return co_await again(transaction, tenant, id);
}

Task<Result<bool>> delete_domain(pg::Transaction& transaction, TenantId tenant, DomainId id) {
    auto rows = co_await transaction.query(remove_domain, pg::params(tenant, id));
    if (!rows) co_return unexpected(in_use(rows.error(), "the domain still has mailboxes, groups, aliases or alias domains"));
    co_return rows->affected() > 0;
}

}  // namespace sky::auth
