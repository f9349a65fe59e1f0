#include "auth/store/oauth_grants.h"

namespace sky::auth::oauth {
namespace {
constexpr pg::Statement add{"directory.add_oauth_grant",
                            "insert into directory.oauth_grant (tenant_id, account_id, client_id, scopes, resources, redirect_uri, "
                            "code_challenge, nonce, authenticated_at, methods) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning "
                            "grant_id"};
constexpr pg::Statement agreed{
    "directory.oauth_agreed",
    "select exists (select from directory.oauth_grant where tenant_id = $1 and account_id = $2 and client_id = $3 "
    "and scopes @> $4 and resources @> $5 and (resources = '{}') = ($5 = '{}'::text[]))"};
constexpr pg::Statement drop{"directory.drop_oauth_grant",
                             "delete from directory.oauth_grant where tenant_id = $1 and account_id = $2 and grant_id = $3"};
constexpr pg::Statement drop_all{"directory.drop_oauth_grants",
                                 "delete from directory.oauth_grant where tenant_id = $1 and account_id = $2"};
constexpr pg::Statement drop_sessions{"directory.drop_oauth_sessions",
                                      "delete from directory.oauth_session where tenant_id = $1 and account_id = $2"};
constexpr pg::Statement of_client{"directory.oauth_accounts_with",
                                  "select distinct account_id from directory.oauth_grant where client_id = $1 limit 100000"};
constexpr pg::Statement list{"directory.oauth_grants",
                             "select g.grant_id, g.client_id, c.name, g.scopes, g.resources, g.created_at, g.last_used_at from "
                             "directory.oauth_grant g join directory.oauth_client c using (client_id) where g.tenant_id = $1 and "
                             "g.account_id = $2 order by g.grant_id desc limit 1000"};
}  // namespace

Task<Result<std::int64_t>> insert_grant(pg::Transaction& transaction, const NewGrant& grant) {
    auto rows = co_await transaction.query(
        add, pg::params(grant.tenant, grant.account, grant.client_id, grant.scopes, grant.resources, grant.redirect_uri,
                        grant.code_challenge, grant.nonce, grant.authenticated, grant.methods));
    if (!rows) co_return forward(rows);
    co_return (*rows)[0].get<std::int64_t>(0);
}

Task<Result<bool>> has_agreed(pg::Pool& pool, TenantId tenant, AccountId account, const std::string& client_id,
                              const std::vector<std::string>& scopes, const std::vector<std::string>& resources, pg::Deadline deadline) {
    auto rows = co_await pool.query(tenant, agreed, pg::params(tenant, account, client_id, scopes, resources), deadline);
    if (!rows) co_return forward(rows);
    co_return (*rows)[0].get<bool>(0);
}

Task<Result<bool>> delete_grant(pg::Transaction& transaction, TenantId tenant, AccountId account, std::int64_t id) {
    auto rows = co_await transaction.query(drop, pg::params(tenant, account, id));
    if (!rows) co_return forward(rows);
    co_return rows->affected() > 0;
}

Task<Result<std::int64_t>> delete_grants(pg::Transaction& transaction, TenantId tenant, AccountId account) {
    auto rows = co_await transaction.query(drop_all, pg::params(tenant, account));
    if (!rows) co_return forward(rows);
    auto sessions = co_await transaction.query(drop_sessions, pg::params(tenant, account));
    if (!sessions) co_return forward(sessions);
    co_return rows->affected();
}

Task<Result<std::vector<std::int64_t>>> accounts_with(pg::Transaction& transaction, const std::string& client_id) {
    auto rows = co_await transaction.query(of_client, pg::params(client_id));
    if (!rows) co_return forward(rows);
    std::vector<std::int64_t> out;
    for (const auto row : *rows) out.push_back(row.get<std::int64_t>(0));
    co_return out;
}

Task<Result<std::vector<GrantRow>>> list_grants(pg::Pool& pool, TenantId tenant, AccountId account, pg::Deadline deadline) {
    auto rows = co_await pool.query(tenant, list, pg::params(tenant, account), deadline);
    if (!rows) co_return forward(rows);
    std::vector<GrantRow> out;
    for (const auto row : *rows)
        out.push_back({row.get<std::int64_t>(0), row.get<std::string>(1), row.get<std::string>(2), row.get<std::vector<std::string>>(3),
                       row.get<std::vector<std::string>>(4), row.get<Time>(5), row.get<std::optional<Time>>(6)});
    co_return out;
}

}  // namespace sky::auth::oauth
