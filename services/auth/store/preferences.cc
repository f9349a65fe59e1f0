#include "auth/store/preferences.h"

namespace sky::auth {
namespace {
constexpr pg::Statement find{"directory.preferences",
                             "select language, time_zone from directory.account where tenant_id = $1 and account_id = $2"};
constexpr pg::Statement put{"directory.put_preferences",
                            "update directory.account set language = $3, time_zone = $4 where tenant_id = $1 and account_id = $2"};
}  // namespace

Task<Result<Preferences>> find_preferences(pg::Pool& pool, TenantId tenant, AccountId account, pg::Deadline deadline) {
    auto rows = co_await pool.query(tenant, find, pg::params(tenant, account), deadline);
    if (!rows) co_return forward(rows);
    if (rows->empty()) co_return unexpected(Fault::not_found, "no such mailbox");
    co_return Preferences{(*rows)[0].get<std::string>(0), (*rows)[0].get<std::string>(1)};
}

Task<Result<void>> put_preferences(pg::Transaction& transaction, TenantId tenant, AccountId account, const Preferences& preferences) {
    auto rows = co_await transaction.query(put, pg::params(tenant, account, preferences.language, preferences.time_zone));
    if (!rows) co_return forward(rows);
    if (rows->affected() == 0) co_return unexpected(Fault::not_found, "no such mailbox");
    co_return Result<void>{};
}

}  // namespace sky::auth
