#include "auth/store/oauth_sessions.h"

namespace sky::auth::oauth {
namespace {
constexpr pg::Statement find{"directory.find_oauth_session",
                             "select tenant_id, account_id, address, display_name, authenticated_at, methods from "
                             "directory.find_oauth_session($1)"};
// RFC 8176 §2.
constexpr pg::Statement add{
    "directory.add_oauth_session",
    "insert into directory.oauth_session (tenant_id, account_id, digest, remote, authenticated_at, expires_at, methods) "
    "select $1, $2, $3, $4, $5, $6, case when $7::text[] is not null then $7 when exists (select from "
    "directory.second_factor where tenant_id = $1 and account_id = $2 and confirmed_at is not null) then "
    "'{pwd,otp,mfa}'::text[] else '{pwd}'::text[] end"};
constexpr pg::Statement drop{"directory.drop_oauth_session", "delete from directory.oauth_session where tenant_id = $1 and digest = $2"};
}  // namespace

Task<Result<std::optional<SessionRow>>> find_session(pg::Pool& pool, const std::string& digest, pg::Deadline deadline) {
    auto rows = co_await pool.query(TenantId{}, find, pg::params(pg::Bytea{digest}), deadline);
    if (!rows) co_return forward(rows);
    if (rows->empty()) co_return std::nullopt;
    const auto row = (*rows)[0];
    co_return SessionRow{row.get<TenantId>(0),    row.get<AccountId>(1), row.get<std::string>(2),
                         row.get<std::string>(3), row.get<Time>(4),      row.get<std::vector<std::string>>(5)};
}

Task<Result<void>> insert_session(pg::Pool& pool, const NewSession& session, pg::Deadline deadline) {
    auto done = co_await pool.query(session.tenant, add,
                                    pg::params(session.tenant, session.account, pg::Bytea{session.digest}, session.remote,
                                               session.authenticated, session.expires, session.methods),
                                    deadline);
    if (!done) co_return forward(done);
    co_return Result<void>{};
}

Task<Result<bool>> delete_session(pg::Pool& pool, TenantId tenant, const std::string& digest, pg::Deadline deadline) {
    auto rows = co_await pool.query(tenant, drop, pg::params(tenant, pg::Bytea{digest}), deadline);
    if (!rows) co_return forward(rows);
    co_return rows->affected() > 0;
}

}  // namespace sky::auth::oauth
