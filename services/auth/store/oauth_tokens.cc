#include "auth/store/oauth_tokens.h"

namespace sky::auth::oauth {
namespace {
constexpr pg::Statement find{
    "directory.find_oauth_token",
    "select tenant_id, token_id, grant_id, kind, is_live, is_used, scopes, resources, created_at, expires_at, "
    "client_id, account_id, address, display_name, granted_scopes, granted_resources, redirect_uri, code_challenge, "
    "nonce, authenticated_at, methods from directory.find_oauth_token($1)"};
constexpr pg::Statement add{
    "directory.add_oauth_token",
    "insert into directory.oauth_token (tenant_id, grant_id, kind, digest, scopes, resources, expires_at) values ($1, "
    "$2, $3, $4, $5, $6, $7)"};
constexpr pg::Statement spend{"directory.spend_oauth_token",
                              "update directory.oauth_token set used_at = now() where tenant_id = $1 and token_id = $2 and used_at is null "
                              "and expires_at > now()"};
constexpr pg::Statement drop{"directory.drop_oauth_token", "delete from directory.oauth_token where tenant_id = $1 and token_id = $2"};
constexpr pg::Statement mark{"directory.mark_oauth_grant",
                             "update directory.oauth_grant set last_used_at = now() where tenant_id = $1 and grant_id = $2"};
constexpr pg::Statement forget{"directory.forget_oauth", "select directory.forget_oauth()"};
}  // namespace

Task<Result<std::optional<Held>>> find_held(pg::Pool& pool, const std::string& digest, pg::Deadline deadline) {
    auto rows = co_await pool.query(TenantId{}, find, pg::params(pg::Bytea{digest}), deadline);
    if (!rows) co_return forward(rows);
    if (rows->empty()) co_return std::nullopt;
    const auto row = (*rows)[0];
    co_return Held{.tenant = row.get<TenantId>(0),
                   .id = row.get<std::int64_t>(1),
                   .grant = row.get<std::int64_t>(2),
                   .kind = row.get<std::string>(3),
                   .is_live = row.get<bool>(4),
                   .is_used = row.get<bool>(5),
                   .scopes = row.get<std::vector<std::string>>(6),
                   .resources = row.get<std::vector<std::string>>(7),
                   .created = row.get<Time>(8),
                   .expires = row.get<Time>(9),
                   .client_id = row.get<std::string>(10),
                   .account = row.get<AccountId>(11),
                   .address = row.get<std::string>(12),
                   .display_name = row.get<std::string>(13),
                   .granted_scopes = row.get<std::vector<std::string>>(14),
                   .granted_resources = row.get<std::vector<std::string>>(15),
                   .redirect_uri = row.get<std::string>(16),
                   .code_challenge = row.get<std::string>(17),
                   .nonce = row.get<std::string>(18),
                   .authenticated = row.get<Time>(19),
                   .methods = row.get<std::vector<std::string>>(20)};
}

Task<Result<void>> insert_held(pg::Transaction& transaction, const NewHeld& token) {
    auto done = co_await transaction.query(
        add, pg::params(token.tenant, token.grant, token.kind, pg::Bytea{token.digest}, token.scopes, token.resources, token.expires));
    if (!done) co_return forward(done);
    co_return Result<void>{};
}

Task<Result<bool>> spend_held(pg::Transaction& transaction, TenantId tenant, std::int64_t id) {
    auto rows = co_await transaction.query(spend, pg::params(tenant, id));
    if (!rows) co_return forward(rows);
    co_return rows->affected() > 0;
}

Task<Result<bool>> delete_held(pg::Transaction& transaction, TenantId tenant, std::int64_t id) {
    auto rows = co_await transaction.query(drop, pg::params(tenant, id));
    if (!rows) co_return forward(rows);
    co_return rows->affected() > 0;
}

Task<Result<void>> mark_grant_used(pg::Transaction& transaction, TenantId tenant, std::int64_t grant) {
    auto done = co_await transaction.query(mark, pg::params(tenant, grant));
    if (!done) co_return forward(done);
    co_return Result<void>{};
}

Task<Result<void>> forget_ended(pg::Pool& pool, pg::Deadline deadline) {
    auto done = co_await pool.query(TenantId{}, forget, pg::Params{}, deadline);
    if (!done) co_return forward(done);
    co_return Result<void>{};
}

}  // namespace sky::auth::oauth
