#include "auth/store/passwords.h"

namespace sky::auth {
namespace {
constexpr pg::Statement last_verifiers{
    "directory.last_verifiers",
    "(select verifier from directory.credential where tenant_id = $1 and account_id = $2 and kind = 'main') union all "
    "(select verifier from directory.old_password where tenant_id = $1 and account_id = $2 order by ended_at desc limit $3)"};
constexpr pg::Statement lock_account{"directory.lock_account",
                                     "select 1 from directory.account where tenant_id = $1 and account_id = $2 for no key update"};
constexpr pg::Statement keep_old{"directory.keep_old_password",
                                 "insert into directory.old_password (tenant_id, account_id, verifier) select tenant_id, account_id, "
                                 "verifier from directory.credential where tenant_id = $1 and account_id = $2 and kind = 'main'"};
constexpr pg::Statement forget_old{
    "directory.forget_old_passwords",
    "delete from directory.old_password where tenant_id = $1 and account_id = $2 and ended_at not in (select ended_at from "
    "directory.old_password where tenant_id = $1 and account_id = $2 order by ended_at desc limit $3)"};
constexpr pg::Statement drop_main{"directory.drop_main",
                                  "delete from directory.credential where tenant_id = $1 and account_id = $2 and kind = 'main'"};
constexpr pg::Statement add_main{"directory.add_main",
                                 "insert into directory.credential (tenant_id, account_id, kind, verifier, scram_sha256, scram_sha1) "
                                 "values ($1, $2, 'main', $3, nullif($4, ''), nullif($5, ''))"};
constexpr pg::Statement changed_at{"directory.password_changed",
                                   "update directory.account set password_changed_at = now() where tenant_id = $1 and account_id = $2"};
constexpr pg::Statement improve{"directory.improve_verifier",
                                "update directory.credential set verifier = $4, scram_sha256 = nullif($5, ''), scram_sha1 = nullif($6, '') "
                                "where tenant_id = $1 and account_id = $7 and credential_id = $2 and verifier = $3"};
}  // namespace

Task<Result<std::vector<std::string>>> find_last_verifiers(pg::Pool& pool, TenantId tenant, AccountId account, int older,
                                                           pg::Deadline deadline) {
    auto rows = co_await pool.query(tenant, last_verifiers, pg::params(tenant, account, std::int64_t{older}), deadline);
    if (!rows) co_return forward(rows);
    std::vector<std::string> out;
    for (const auto row : *rows) out.push_back(row.get<std::string>(0));
    co_return out;
}

Task<Result<bool>> set_main_verifier(pg::Transaction& transaction, TenantId tenant, AccountId account, const MainCredential& credential,
                                     int older) {
    // Two changes at once take their turn here, so that each replaces what the other left.
    auto there = co_await transaction.query(lock_account, pg::params(tenant, account));
    if (!there) co_return forward(there);
    if (there->empty()) co_return false;
    const auto kept = transaction.queue(keep_old, pg::params(tenant, account));
    const auto forgotten = transaction.queue(forget_old, pg::params(tenant, account, std::int64_t{older}));
    const auto dropped = transaction.queue(drop_main, pg::params(tenant, account));
    const auto added =
        transaction.queue(add_main, pg::params(tenant, account, credential.verifier, credential.scram_sha256, credential.scram_sha1));
    const auto marked = transaction.queue(changed_at, pg::params(tenant, account));
    for (auto ticket : {kept, forgotten, dropped, added, marked})
        if (auto done = co_await transaction.take(ticket); !done) co_return forward(done);
    co_return true;
}

Task<Result<bool>> improve_verifier(pg::Pool& pool, TenantId tenant, AccountId account, std::int64_t credential_id,
                                    const std::string& now_stored, const MainCredential& better, pg::Deadline deadline) {
    auto rows = co_await pool.query(
        tenant, improve, pg::params(tenant, credential_id, now_stored, better.verifier, better.scram_sha256, better.scram_sha1, account),
        deadline);
    if (!rows) co_return forward(rows);
    co_return rows->affected() > 0;
}

}  // namespace sky::auth
