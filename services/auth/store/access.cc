#include "auth/store/access.h"

namespace sky::auth {
namespace {
constexpr pg::Statement token{"directory.find_token",
                              "select tenant_id, token_id, account_id, address, role, over_tenant, networks, label from "
                              "directory.find_token($1)"};
constexpr pg::Statement roles{"directory.find_roles", "select role, over_tenant from directory.find_roles($1, $2) limit 1"};
constexpr pg::Statement tenant{"directory.whose_tenant", "select tenant_id, 0::bigint from directory.tenant where name = $1"};
constexpr pg::Statement domain{"directory.whose_domain", "select tenant_id, 0::bigint from directory.domain where name = $1"};
constexpr pg::Statement address{"directory.whose_address",
                                "select d.tenant_id, coalesce(n.account_id, 0) from directory.domain d "
                                "left join directory.address n on n.tenant_id = d.tenant_id and n.address = $1 where d.name = $2"};
constexpr pg::Statement under{"directory.is_under", "select directory.is_under($1, $2)"};

Task<Result<std::optional<Whose>>> whose(pg::Pool& pool, const pg::Statement& statement, pg::Params params, pg::Deadline deadline) {
    auto rows = co_await pool.query(TenantId{}, statement, params, deadline);
    if (!rows) co_return forward(rows);
    if (rows->empty()) co_return std::nullopt;
    co_return Whose{(*rows)[0].get<TenantId>(0), (*rows)[0].get<AccountId>(1)};
}
}  // namespace

Task<Result<std::optional<TokenRow>>> find_token(pg::Pool& pool, const std::string& digest, pg::Deadline deadline) {
    auto rows = co_await pool.query(TenantId{}, token, pg::params(pg::Bytea{digest}), deadline);
    if (!rows) co_return forward(rows);
    if (rows->empty()) co_return std::nullopt;
    const auto row = (*rows)[0];
    co_return TokenRow{.tenant = row.get<TenantId>(0),
                       .token_id = row.get<std::int64_t>(1),
                       .account = row.get<AccountId>(2),
                       .address = row.get<std::string>(3),
                       .role = role_named(row.raw(4)),
                       .over = row.get<TenantId>(5),
                       .networks = row.get<std::string>(6),
                       .label = row.get<std::string>(7)};
}

Task<Result<Holding>> find_role(pg::Pool& pool, TenantId tenant_id, AccountId account, pg::Deadline deadline) {
    auto rows = co_await pool.query(TenantId{}, roles, pg::params(tenant_id, account), deadline);
    if (!rows) co_return forward(rows);
    if (rows->empty()) co_return Holding{Role::user, tenant_id};
    co_return Holding{role_named((*rows)[0].raw(0)).value_or(Role::user), (*rows)[0].get<TenantId>(1)};
}

Task<Result<std::optional<Whose>>> whose_tenant(pg::Pool& pool, const std::string& name, pg::Deadline deadline) {
    co_return co_await whose(pool, tenant, pg::params(name), deadline);
}
Task<Result<std::optional<Whose>>> whose_domain(pg::Pool& pool, const std::string& name, pg::Deadline deadline) {
    co_return co_await whose(pool, domain, pg::params(name), deadline);
}
Task<Result<std::optional<Whose>>> whose_address(pg::Pool& pool, const std::string& text, pg::Deadline deadline) {
    co_return co_await whose(pool, address, pg::params(text, text.substr(text.rfind('@') + 1)), deadline);
}

Task<Result<bool>> is_under(pg::Pool& pool, TenantId tenant_id, TenantId reseller, pg::Deadline deadline) {
    auto rows = co_await pool.query(TenantId{}, under, pg::params(tenant_id, reseller), deadline);
    if (!rows) co_return forward(rows);
    co_return (*rows)[0].get<bool>(0);
}

}  // namespace sky::auth
