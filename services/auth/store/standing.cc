#include "auth/store/standing.h"

namespace sky::auth {
namespace {

constexpr pg::Statement version_of{
    "directory.standing_version",
    "select v.version from directory.version v, directory.account a where a.tenant_id = $1 and a.account_id = $2"};
// Upwards from the account's addresses, those at alias domains too unless somebody else has them, as mail to a group would come down.
constexpr pg::Statement groups_of{
    "directory.groups_of_account",
    "with recursive own (address) as (select x.address from directory.address x where x.tenant_id = $1 and x.account_id = $2), "
    "mine (address, depth) as (select address, 0 from own union "
    "select left(o.address, -length(d.name)) || s.name, 0 from own o join directory.domain d on d.tenant_id = $1 "
    "and d.name = split_part(o.address, '@', 2) join directory.domain s on s.tenant_id = $1 and s.alias_of = d.domain_id "
    "and s.state = 'active' where not exists (select from directory.address y where y.tenant_id = $1 "
    "and y.address = left(o.address, -length(d.name)) || s.name)), "
    "up (address, depth) as (select address, depth from mine union "
    "select n.address, up.depth + 1 from up cross join lateral (select g.address from directory.group_member m join directory.address g "
    "on g.tenant_id = $1 and g.group_id = m.group_id where m.tenant_id = $1 and m.target = up.address union all "
    "select l.address from directory.alias_target t join directory.address l on l.tenant_id = $1 and l.alias_id = t.alias_id "
    "where t.tenant_id = $1 and t.target = up.address) n where up.depth < 10) "
    "select distinct n.group_id from up join directory.address n on n.tenant_id = $1 and n.address = up.address "
    "where n.group_id is not null order by n.group_id"};
#define SKY_ACCOUNT_AS_PRINCIPAL "select a.account_id, 0::bigint, a.address, a.kind, a.state = 'active', ''::text from directory.account a "
constexpr pg::Statement opened_to{
    "directory.opened_mailboxes", SKY_ACCOUNT_AS_PRINCIPAL
    "join directory.delegate d on d.tenant_id = a.tenant_id and d.account_id = a.account_id "
    "where d.tenant_id = $1 and d.grantee_id = $2 and d.full_access and a.state = 'active' order by a.address"};
constexpr pg::Statement trees_of{"directory.public_trees", SKY_ACCOUNT_AS_PRINCIPAL
                                 "where a.tenant_id = $1 and a.kind = 'public_folders' and a.state = 'active' order by a.account_id"};
constexpr pg::Statement principals{
    "directory.principals", SKY_ACCOUNT_AS_PRINCIPAL
    "where a.tenant_id = $1 and a.account_id = any ($2::bigint[]) union all "
    "select 0, n.group_id, n.address, 'group', true, '' from directory.address n where n.tenant_id = $1 and n.group_id = any "
    "($3::bigint[]) "
    "union all select coalesce(n.account_id, 0), coalesce(n.group_id, 0), coalesce(a.address, n.address), coalesce(a.kind, 'group'), "
    "coalesce(a.state = 'active', true), n.address from directory.address n left join directory.account a on a.tenant_id = n.tenant_id "
    "and a.account_id = n.account_id where n.tenant_id = $1 and n.address = any ($4::text[]) and n.alias_id is null"};

std::vector<PrincipalRow> rows_of(const pg::Rows& rows) {
    std::vector<PrincipalRow> out;
    for (const auto row : rows)
        out.push_back({row.get<AccountId>(0), row.get<std::int64_t>(1), row.get<std::string>(2), row.get<std::string>(3), row.get<bool>(4),
                       row.get<std::string>(5)});
    return out;
}

}  // namespace

Task<Result<AccountStanding>> find_standing(pg::Pool& pool, TenantId tenant, AccountId account, pg::Deadline deadline) {
    auto rows = co_await pool.query(tenant, version_of, pg::params(tenant, account), deadline);
    if (!rows) co_return forward(rows);
    if (rows->empty()) co_return unexpected(Fault::not_found, "no such mailbox");
    AccountStanding out{.version = (*rows)[0].get<std::int64_t>(0), .groups = {}, .opened = {}, .public_trees = {}};
    auto transaction = co_await pool.begin(tenant, deadline);
    if (!transaction) co_return forward(transaction);
    const auto groups = transaction->queue(groups_of, pg::params(tenant, account));
    const auto opened = transaction->queue(opened_to, pg::params(tenant, account));
    const auto trees = transaction->queue(trees_of, pg::params(tenant));
    rows = co_await transaction->take(groups);
    if (!rows) co_return forward(rows);
    for (const auto row : *rows) out.groups.push_back(row.get<std::int64_t>(0));
    rows = co_await transaction->take(opened);
    if (!rows) co_return forward(rows);
    out.opened = rows_of(*rows);
    rows = co_await transaction->take(trees);
    if (!rows) co_return forward(rows);
    out.public_trees = rows_of(*rows);
    co_return out;
}

Task<Result<std::vector<PrincipalRow>>> find_principals(pg::Pool& pool, TenantId tenant, const PrincipalsAsked& asked,
                                                        pg::Deadline deadline) {
    auto rows = co_await pool.query(tenant, principals, pg::params(tenant, asked.accounts, asked.groups, asked.addresses), deadline);
    if (!rows) co_return forward(rows);
    co_return rows_of(*rows);
}

}  // namespace sky::auth
