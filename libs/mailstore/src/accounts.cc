#include "sky/mailstore/accounts.h"

namespace sky::mailstore {
namespace {

constexpr pg::Statement create{"mailstore.create_account", "select mail.create_account($1, $2, $3, $4)"};
constexpr pg::Statement remove{"mailstore.delete_account", "select mail.delete_account($1, $2)"};
constexpr pg::Statement move{"mailstore.move_account", "select mail.move_account($1, $2, $3)"};
constexpr pg::Statement read_usage{
    "mailstore.usage",
    "select a.quota_octets, a.used_octets, a.used_messages, a.modseq, a.epoch, coalesce(a.retention_days, 0), p.limit_octets, "
    "case when $3 then (select sum(o.used_octets)::bigint from mail.account o where o.tenant_id = p.tenant_id and o.pool_id = p.pool_id) "
    "end, p.pool_id "
    "from mail.account a "
    "left join mail.pool p on p.tenant_id = a.tenant_id and p.pool_id = a.pool_id where a.tenant_id = $1 and a.account_id = $2"};
constexpr pg::Statement count_mailboxes{"mailstore.mailbox_count",
                                        "select count(*) from mail.mailbox where tenant_id = $1 and account_id = $2"};
constexpr pg::Statement limit{"mailstore.set_limits", "select mail.set_limits($1, $2, $3, $4, $5, $6, $7)"};
constexpr pg::Statement read_used{"mailstore.used_octets",
                                  "select account_id, used_octets from mail.account where tenant_id = $1 and account_id = any ($2)"};

Result<Usage> usage_of(const Result<pg::Rows>& rows) {
    if (!rows) return forward(rows);
    if (rows->empty()) return unexpected(Fault::not_found, "No such account");
    const auto row = (*rows)[0];
    Usage out{.quota_octets = row.get<std::optional<std::int64_t>>(0),
              .used_octets = row.get<std::int64_t>(1),
              .used_messages = row.get<std::int64_t>(2),
              .modseq = row.get<ModSeq>(3),
              .epoch = row.get<std::int32_t>(4),
              .retention_days = row.get<std::int32_t>(5),
              .pool = {}};
    if (!row.is_null(6))
        out.pool = {row.get<std::int64_t>(8), row.get<std::int64_t>(6), row.get<std::optional<std::int64_t>>(7).value_or(0)};
    return out;
}

Result<void> found(const Result<pg::Rows>& rows) {
    if (!rows) return forward(rows);
    if (!(*rows)[0].get<bool>(0)) return unexpected(Fault::not_found, "No such account");
    return {};
}

}  // namespace

Task<Result<void>> create_account(pg::Transaction& tx, AccountRef account, AccountKind kind, std::optional<std::int64_t> quota_octets) {
    auto done = co_await tx.query(create, pg::params(account.tenant, account.account, static_cast<std::int16_t>(kind), quota_octets));
    if (!done) co_return forward(done);
    co_return Result<void>{};
}

Task<Result<void>> delete_account(pg::Transaction& tx, AccountRef account) {
    co_return found(co_await tx.query(remove, pg::params(account.tenant, account.account)));
}

Task<Result<void>> move_account(pg::Transaction& tx, AccountRef account, TenantId to) {
    co_return found(co_await tx.query(move, pg::params(account.tenant, account.account, to)));
}

Task<Result<void>> set_limits(pg::Transaction& tx, TenantId tenant, const std::vector<Limits>& accounts,
                              const std::vector<PoolLimit>& pools) {
    std::vector<std::int64_t> account, quota, pool, retention, pool_ids, pool_limits;
    for (const auto& each : accounts) {
        account.push_back(each.account.value);
        quota.push_back(each.quota_octets);
        pool.push_back(each.pool);
        retention.push_back(each.retention_days);
    }
    for (const auto& each : pools) {
        pool_ids.push_back(each.pool);
        pool_limits.push_back(each.octets);
    }
    auto done = co_await tx.query(limit, pg::params(tenant, account, quota, pool, retention, pool_ids, pool_limits));
    if (!done) co_return forward(done);
    co_return Result<void>{};
}

Task<Result<Usage>> usage(pg::Pool& pool, AccountRef account, Deadline deadline, PoolUse count) {
    co_return usage_of(
        co_await pool.query(account.tenant, read_usage, pg::params(account.tenant, account.account, count == PoolUse::counted), deadline));
}

Task<Result<Usage>> usage(pg::Transaction& tx, AccountRef account) {
    co_return usage_of(co_await tx.query(read_usage, pg::params(account.tenant, account.account, true)));
}

Task<Result<std::int64_t>> mailbox_count(pg::Pool& pool, AccountRef account, Deadline deadline) {
    auto rows = co_await pool.query(account.tenant, count_mailboxes, pg::params(account.tenant, account.account), deadline);
    if (!rows) co_return forward(rows);
    co_return (*rows)[0].get<std::int64_t>(0);
}

Task<Result<std::map<AccountId, std::int64_t>>> used_octets(pg::Pool& pool, TenantId tenant, const std::vector<AccountId>& accounts,
                                                            Deadline deadline) {
    auto rows = co_await pool.query(tenant, read_used, pg::params(tenant, accounts), deadline);
    if (!rows) co_return forward(rows);
    std::map<AccountId, std::int64_t> out;
    for (const auto row : *rows) out.emplace(row.get<AccountId>(0), row.get<std::int64_t>(1));
    co_return out;
}

}  // namespace sky::mailstore
