#include "auth/store/second_factors.h"

namespace sky::auth {
namespace {
constexpr pg::Statement find{
    "directory.second_factor",
    "select f.secret, f.confirmed_at is not null, f.last_step, f.created_at, (select count(*) from directory.recovery_code r where "
    "r.tenant_id = $1 and r.account_id = $2 and r.used_at is null) from directory.second_factor f where tenant_id = $1 and account_id = "
    "$2"};
constexpr pg::Statement begin{"directory.begin_second_factor",
                              "insert into directory.second_factor as f (tenant_id, account_id, secret) values ($1, $2, $3) on conflict "
                              "(tenant_id, account_id) do update set secret = excluded.secret, created_at = now(), last_step = 0 "
                              "where f.confirmed_at is null"};
constexpr pg::Statement confirm{"directory.confirm_second_factor",
                                "update directory.second_factor set confirmed_at = now(), last_step = $4 where tenant_id = $1 and "
                                "account_id = $2 and secret = $3 and confirmed_at is null"};
constexpr pg::Statement remove{"directory.remove_second_factor",
                               "delete from directory.second_factor where tenant_id = $1 and account_id = $2"};
constexpr pg::Statement drop_codes{"directory.drop_recovery_codes",
                                   "delete from directory.recovery_code where tenant_id = $1 and account_id = $2"};
constexpr pg::Statement add_codes{
    "directory.add_recovery_codes",
    "insert into directory.recovery_code (tenant_id, account_id, digest) select $1, $2, decode(d, 'hex') from unnest($3::text[]) d"};
constexpr pg::Statement spend{"directory.spend_step",
                              "update directory.second_factor set last_step = $3 where tenant_id = $1 and account_id = $2 and "
                              "last_step < $3 and confirmed_at is not null"};
constexpr pg::Statement spend_code{"directory.spend_recovery_code",
                                   "update directory.recovery_code set used_at = now() where tenant_id = $1 and account_id = $2 and "
                                   "digest = decode($3, 'hex') and used_at is null"};
}  // namespace

Task<Result<std::optional<SecondFactorRow>>> find_second_factor(pg::Pool& pool, TenantId tenant, AccountId account, pg::Deadline deadline) {
    auto rows = co_await pool.query(tenant, find, pg::params(tenant, account), deadline);
    if (!rows) co_return forward(rows);
    if (rows->empty()) co_return std::nullopt;
    const auto row = (*rows)[0];
    co_return SecondFactorRow{.sealed = row.get<std::string>(0),
                              .confirmed = row.get<bool>(1),
                              .last_step = row.get<std::int64_t>(2),
                              .created = row.get<Time>(3),
                              .codes_left = row.get<std::int64_t>(4)};
}

Task<Result<void>> insert_second_factor(pg::Transaction& transaction, TenantId tenant, AccountId account, const std::string& sealed) {
    auto rows = co_await transaction.query(begin, pg::params(tenant, account, pg::Bytea{sealed}));
    if (!rows) co_return forward(rows);
    if (rows->affected() == 0) co_return unexpected(Fault::conflict, "there is a second factor already: remove it first");
    co_return Result<void>{};
}

Task<Result<bool>> confirm_second_factor(pg::Transaction& transaction, TenantId tenant, AccountId account, const std::string& sealed,
                                         std::int64_t step) {
    auto rows = co_await transaction.query(confirm, pg::params(tenant, account, pg::Bytea{sealed}, step));
    if (!rows) co_return forward(rows);
    co_return rows->affected() > 0;
}

Task<Result<bool>> delete_second_factor(pg::Transaction& transaction, TenantId tenant, AccountId account) {
    auto rows = co_await transaction.query(remove, pg::params(tenant, account));
    if (!rows) co_return forward(rows);
    auto codes = co_await transaction.query(drop_codes, pg::params(tenant, account));
    if (!codes) co_return forward(codes);
    co_return rows->affected() > 0;
}

Task<Result<void>> replace_recovery_codes(pg::Transaction& transaction, TenantId tenant, AccountId account,
                                          const std::vector<std::string>& digests) {
    const auto dropped = transaction.queue(drop_codes, pg::params(tenant, account));
    const auto added = transaction.queue(add_codes, pg::params(tenant, account, digests));
    for (auto ticket : {dropped, added})
        if (auto done = co_await transaction.take(ticket); !done) co_return forward(done);
    co_return Result<void>{};
}

Task<Result<bool>> spend_step(pg::Pool& pool, TenantId tenant, AccountId account, std::int64_t step, pg::Deadline deadline) {
    auto rows = co_await pool.query(tenant, spend, pg::params(tenant, account, step), deadline);
    if (!rows) co_return forward(rows);
    co_return rows->affected() > 0;
}

Task<Result<bool>> spend_recovery_code(pg::Pool& pool, TenantId tenant, AccountId account, const std::string& digest,
                                       pg::Deadline deadline) {
    auto rows = co_await pool.query(tenant, spend_code, pg::params(tenant, account, digest), deadline);
    if (!rows) co_return forward(rows);
    co_return rows->affected() > 0;
}

}  // namespace sky::auth
