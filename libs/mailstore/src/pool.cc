#include "pool.h"

namespace sky::mailstore {
namespace {
constexpr pg::Statement draw_shares{"mailstore.draw", "select account, quota, busy from mail.draw($1, $2, $3)"};
}

Task<Result<std::map<AccountId, Share>>> draw(pg::Transaction& tx, TenantId tenant, const std::map<AccountId, std::int64_t>& wanted) {
    std::vector<AccountId> accounts;
    std::vector<std::int64_t> octets;
    for (const auto& [account, size] : wanted) {
        accounts.push_back(account);
        octets.push_back(size);
    }
    auto rows = co_await tx.query(draw_shares, pg::params(tenant, accounts, octets));
    if (!rows) co_return forward(rows);
    std::map<AccountId, Share> out;
    for (const auto row : *rows) out[row.get<AccountId>(0)] = {row.get<std::int64_t>(1), row.get<bool>(2)};
    co_return out;
}

Error pool_is_busy() { return {Fault::conflict, "The store is busy", "others hold what is left of the pool"}; }

}  // namespace sky::mailstore
