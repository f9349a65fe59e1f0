#include "auth/store/aliases.h"

namespace sky::auth {
namespace {
constexpr pg::Statement alias_by_address{
    "directory.alias",
    "select n.tenant_id, l.alias_id, n.address, array(select target from directory.alias_target g where g.tenant_id = l.tenant_id and "
    "g.alias_id = l.alias_id order by position), t.name, l.created_at from directory.address n "
    "join directory.alias l on l.tenant_id = n.tenant_id and l.alias_id = n.alias_id "
    "join directory.tenant t on t.tenant_id = n.tenant_id where n.address = $1"};
constexpr pg::Statement aliases_after{
    "directory.aliases",
    "select n.tenant_id, l.alias_id, n.address, array(select target from directory.alias_target g where g.tenant_id = l.tenant_id and "
    "g.alias_id = l.alias_id order by position), t.name, l.created_at from directory.address n "
    "join directory.alias l on l.tenant_id = n.tenant_id and l.alias_id = n.alias_id "
    "join directory.tenant t on t.tenant_id = n.tenant_id "
    "join directory.domain d on d.tenant_id = n.tenant_id and d.domain_id = n.domain_id "
    "where n.address > $1 and ($2 = '' or d.name = $2) and ($4 = '' or t.name = $4) order by n.address limit $3"};
constexpr pg::Statement add_alias{"directory.add_alias",
                                  "insert into directory.alias (tenant_id) values ($1) returning alias_id, created_at"};
constexpr pg::Statement add_targets{"directory.add_alias_targets",
                                    "insert into directory.alias_target (tenant_id, alias_id, position, target) "
                                    "select $1, $2, place, target from unnest($3::text[]) with ordinality as t (target, place)"};
constexpr pg::Statement add_address{"directory.add_alias_address",
                                    "insert into directory.address (tenant_id, address, domain_id, alias_id) values ($1, $2, $3, $4)"};
constexpr pg::Statement drop_targets{"directory.drop_alias_targets",
                                     "delete from directory.alias_target where tenant_id = $1 and alias_id = $2"};
constexpr pg::Statement remove_alias{"directory.remove_alias", "delete from directory.alias where tenant_id = $1 and alias_id = $2"};

AliasRow alias_of(const pg::Row& row) {
    return {row.get<TenantId>(0),    row.get<std::int64_t>(1), row.get<std::string>(2), row.get<std::vector<std::string>>(3),
            row.get<std::string>(4), row.get<Time>(5)};
}
}  // namespace

Task<Result<AliasRow>> find_alias(pg::Pool& pool, TenantId view, const std::string& address, pg::Deadline deadline) {
    auto rows = co_await pool.query(view, alias_by_address, pg::params(address), deadline);
    if (!rows) co_return forward(rows);
    if (rows->empty()) co_return unexpected(Fault::not_found, "no such alias");
    co_return alias_of((*rows)[0]);
}

Task<Result<std::vector<AliasRow>>> list_aliases(pg::Pool& pool, TenantId view, const std::string& domain, const std::string& tenant,
                                                 Page page, pg::Deadline deadline) {
    auto rows = co_await pool.query(view, aliases_after, pg::params(page.after, domain, std::int64_t{page.size}, tenant), deadline);
    if (!rows) co_return forward(rows);
    std::vector<AliasRow> out;
    for (const auto row : *rows) out.push_back(alias_of(row));
    co_return out;
}

Task<Result<AliasRow>> insert_alias(pg::Transaction& transaction, const DomainRow& domain, const std::string& address,
                                    const std::vector<std::string>& targets) {
    auto rows = co_await transaction.query(add_alias, pg::params(domain.tenant_id));
    if (!rows) co_return forward(rows);
    const auto alias = (*rows)[0].get<std::int64_t>(0);
    const auto name = transaction.queue(add_address, pg::params(domain.tenant_id, address, domain.id, alias));
    const auto ends = transaction.queue(add_targets, pg::params(domain.tenant_id, alias, targets));
    for (auto ticket : {name, ends})
        if (auto done = co_await transaction.take(ticket); !done) co_return forward(done);
    co_return AliasRow{domain.tenant_id, alias, address, targets, domain.tenant, (*rows)[0].get<Time>(1)};
}

Task<Result<void>> replace_targets(pg::Transaction& transaction, TenantId tenant, std::int64_t alias,
                                   const std::vector<std::string>& targets) {
    const auto dropped = transaction.queue(drop_targets, pg::params(tenant, alias));
    const auto added = transaction.queue(add_targets, pg::params(tenant, alias, targets));
    for (auto ticket : {dropped, added})
        if (auto done = co_await transaction.take(ticket); !done) co_return forward(done);
    co_return Result<void>{};
}

Task<Result<bool>> delete_alias(pg::Transaction& transaction, TenantId tenant, std::int64_t alias) {
    auto rows = co_await transaction.query(remove_alias, pg::params(tenant, alias));
    if (!rows) co_return forward(rows);
    co_return rows->affected() > 0;
}

}  // namespace sky::auth
