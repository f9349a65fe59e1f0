#include "sky/mailstore/accounts.h"

namespace sky::mailstore {
namespace {

constexpr pg::Statement create{"mailstore.create_account", "select mail.create_account($1, $2, $3, $4)"};
constexpr pg::Statement remove{"mailstore.delete_account", "select mail.delete_account($1, $2)"};
constexpr pg::Statement move{"mailstore.move_account", "select mail.move_account($1, $2, $3)"};
constexpr pg::Statement quota{"mailstore.set_quota", "select mail.set_quota($1, $2, $3)"};
constexpr pg::Statement read_usage{
    "mailstore.usage",
    "select quota_octets, used_octets, used_messages, modseq, epoch from mail.account where tenant_id = $1 and account_id = $2"};
constexpr pg::Statement read_used{"mailstore.used_octets",
                                  "select account_id, used_octets from mail.account where tenant_id = $1 and account_id = any ($2)"};

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

Task<Result<void>> set_quota(pg::Transaction& tx, AccountRef account, std::optional<std::int64_t> quota_octets) {
    co_return found(co_await tx.query(quota, pg::params(account.tenant, account.account, quota_octets)));
}

Task<Result<Usage>> usage(pg::Pool& pool, AccountRef account, Deadline deadline) {
    auto rows = co_await pool.query(account.tenant, read_usage, pg::params(account.tenant, account.account), deadline);
    if (!rows) co_return forward(rows);
    if (rows->empty()) co_return unexpected(Fault::not_found, "No such account");
    const auto row = (*rows)[0];
    co_return Usage{row.get<std::optional<std::int64_t>>(0), row.get<std::int64_t>(1), row.get<std::int64_t>(2), row.get<ModSeq>(3),
                    row.get<std::int32_t>(4)};
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
