#include "auth/store/app_passwords.h"

namespace sky::auth {
namespace {
constexpr std::int64_t most = 50;

#define SKY_APP_PASSWORD_COLUMNS "credential_id, label, protocols, networks::text[], created_at, expires_at, last_used_at, last_used_by"

constexpr pg::Statement lock_account{"directory.lock_account",
                                     "select 1 from directory.account where tenant_id = $1 and account_id = $2 for no key update"};
constexpr pg::Statement count{"directory.count_app_passwords",
                              "select count(*) from directory.credential where tenant_id = $1 and account_id = $2 and kind = 'app'"};
constexpr pg::Statement add{"directory.add_app_password",
                            "insert into directory.credential (tenant_id, account_id, kind, label, verifier, scram_sha256, scram_sha1, "
                            "protocols, networks, expires_at) values ($1, $2, 'app', $3, $4, nullif($5, ''), nullif($6, ''), $7, "
                            "$8::text[]::cidr[], $9) returning " SKY_APP_PASSWORD_COLUMNS};
constexpr pg::Statement all{"directory.app_passwords",
                            "select " SKY_APP_PASSWORD_COLUMNS
                            " from directory.credential where tenant_id = $1 and account_id = $2 and kind = 'app' order by credential_id"};
constexpr pg::Statement remove{
    "directory.remove_app_password",
    "delete from directory.credential where tenant_id = $1 and account_id = $2 and credential_id = $3 and kind = 'app'"};
constexpr pg::Statement mark{
    "directory.mark_app_password",
    "update directory.credential set last_used_at = now(), last_used_by = $3 where tenant_id = $1 and "
    "account_id = $4 and credential_id = $2 and kind = 'app' and (last_used_at is null or last_used_at < now() - interval '1 hour')"};

AppPasswordRow row_of(const pg::Row& row) {
    return {.id = row.get<std::int64_t>(0),
            .label = row.get<std::string>(1),
            .protocols = row.get<std::vector<std::string>>(2),
            .networks = row.get<std::vector<std::string>>(3),
            .created = row.get<Time>(4),
            .expires = row.get<std::optional<Time>>(5),
            .last_used = row.get<std::optional<Time>>(6),
            .last_used_by = row.get<std::string>(7)};
}
}  // namespace

Task<Result<AppPasswordRow>> insert_app_password(pg::Transaction& transaction, TenantId tenant, AccountId account,
                                                 const NewAppPasswordRow& row) {
    auto there = co_await transaction.query(lock_account, pg::params(tenant, account));
    if (!there) co_return forward(there);
    if (there->empty()) co_return unexpected(Fault::not_found, "no such mailbox");
    auto held = co_await transaction.query(count, pg::params(tenant, account));
    if (!held) co_return forward(held);
    if ((*held)[0].get<std::int64_t>(0) >= most) co_return unexpected(Fault::limit, "there are 50 app passwords: remove one first");
    auto rows = co_await transaction.query(add, pg::params(tenant, account, row.label, row.verifier, row.scram_sha256, row.scram_sha1,
                                                           row.protocols, row.networks, row.expires));
    if (!rows) co_return forward(rows);
    co_return row_of((*rows)[0]);
}

Task<Result<std::vector<AppPasswordRow>>> list_app_passwords(pg::Pool& pool, TenantId tenant, AccountId account, pg::Deadline deadline) {
    auto rows = co_await pool.query(tenant, all, pg::params(tenant, account), deadline);
    if (!rows) co_return forward(rows);
    std::vector<AppPasswordRow> out;
    for (const auto row : *rows) out.push_back(row_of(row));
    co_return out;
}

Task<Result<bool>> delete_app_password(pg::Transaction& transaction, TenantId tenant, AccountId account, std::int64_t id) {
    auto rows = co_await transaction.query(remove, pg::params(tenant, account, id));
    if (!rows) co_return forward(rows);
    co_return rows->affected() > 0;
}

Task<Result<void>> mark_app_password(pg::Pool& pool, TenantId tenant, AccountId account, std::int64_t id, const std::string& by,
                                     pg::Deadline deadline) {
    auto rows = co_await pool.query(tenant, mark, pg::params(tenant, id, by, account), deadline);
    if (!rows) co_return forward(rows);
    co_return Result<void>{};
}

}  // namespace sky::auth
