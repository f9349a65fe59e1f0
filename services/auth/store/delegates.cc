#include "auth/store/delegates.h"

namespace sky::auth {
namespace {
constexpr pg::Statement put{"directory.put_delegate",
                            "insert into directory.delegate as d (tenant_id, account_id, grantee_id, full_access, send_as, send_on_behalf) "
                            "values ($1, $2, $3, $4, $5, $6) on conflict (tenant_id, account_id, grantee_id) do update "
                            "set full_access = excluded.full_access, send_as = excluded.send_as, send_on_behalf = excluded.send_on_behalf"};
constexpr pg::Statement drop{"directory.drop_delegate",
                             "delete from directory.delegate where tenant_id = $1 and account_id = $2 and grantee_id = $3"};
#define SKY_DELEGATES                                                                                    \
    "select o.address, g.address, d.full_access, d.send_as, d.send_on_behalf from directory.delegate d " \
    "join directory.account o on o.tenant_id = d.tenant_id and o.account_id = d.account_id "             \
    "join directory.account g on g.tenant_id = d.tenant_id and g.account_id = d.grantee_id where d.tenant_id = $1 "
constexpr pg::Statement of_mailbox{"directory.delegates", SKY_DELEGATES "and d.account_id = $2 order by g.address"};
constexpr pg::Statement of_delegate{"directory.delegations", SKY_DELEGATES "and d.grantee_id = $2 order by o.address"};
constexpr pg::Statement between{
    "directory.delegation",
    "select version, active, sends, full_access, send_as, send_on_behalf, sent_copy from directory.delegation($1, $2, $3)"};

std::vector<DelegateRow> rows_of(const pg::Rows& rows) {
    std::vector<DelegateRow> out;
    for (const auto row : rows)
        out.push_back({row.get<std::string>(0), row.get<std::string>(1), {row.get<bool>(2), row.get<bool>(3), row.get<bool>(4)}});
    return out;
}
}  // namespace

Task<Result<bool>> set_delegate(pg::Transaction& transaction, TenantId tenant, AccountId account, AccountId delegate, Powers powers) {
    auto rows = powers.any() ? co_await transaction.query(
                                   put, pg::params(tenant, account, delegate, powers.full_access, powers.send_as, powers.send_on_behalf))
                             : co_await transaction.query(drop, pg::params(tenant, account, delegate));
    if (!rows) co_return forward(rows);
    co_return rows->affected() > 0;
}

Task<Result<std::vector<DelegateRow>>> list_delegates(pg::Pool& pool, TenantId tenant, AccountId account, pg::Deadline deadline) {
    auto rows = co_await pool.query(tenant, of_mailbox, pg::params(tenant, account), deadline);
    if (!rows) co_return forward(rows);
    co_return rows_of(*rows);
}

Task<Result<std::vector<DelegateRow>>> list_delegations(pg::Pool& pool, TenantId tenant, AccountId delegate, pg::Deadline deadline) {
    auto rows = co_await pool.query(tenant, of_delegate, pg::params(tenant, delegate), deadline);
    if (!rows) co_return forward(rows);
    co_return rows_of(*rows);
}

Task<Result<Delegation>> find_delegation(pg::Pool& pool, TenantId tenant, AccountId subject, AccountId object, pg::Deadline deadline) {
    auto rows = co_await pool.query(tenant, between, pg::params(tenant, subject, object), deadline);
    if (!rows) co_return forward(rows);
    if (rows->empty()) co_return unexpected(Fault::not_found, "no such mailbox");
    const auto row = (*rows)[0];
    co_return Delegation{.version = row.get<std::int64_t>(0),
                         .active = row.get<bool>(1),
                         .sends = row.get<bool>(2),
                         .powers = {row.get<bool>(3), row.get<bool>(4), row.get<bool>(5)},
                         .sent_copy = row.get<std::string>(6)};
}

}  // namespace sky::auth
