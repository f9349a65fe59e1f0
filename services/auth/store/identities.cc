#include "auth/store/identities.h"

namespace sky::auth {
namespace {
constexpr pg::Statement find{"directory.find_credentials",
                             "select version, tenant_id, account_id, address, display_name, kind, state, tenant_state, verifiers "
                             "from directory.find_credentials($1)"};
}

Task<Result<std::optional<Identity>>> find_identity(pg::Pool& pool, const std::string& address, pg::Deadline deadline) {
    auto rows = co_await pool.query(TenantId{}, find, pg::params(address), deadline);
    if (!rows) co_return forward(rows);
    if (rows->empty()) co_return std::nullopt;
    const auto row = (*rows)[0];
    co_return Identity{.version = row.get<std::int64_t>(0),
                       .tenant = row.get<TenantId>(1),
                       .account = row.get<AccountId>(2),
                       .address = row.get<std::string>(3),
                       .display_name = row.get<std::string>(4),
                       .kind = row.get<std::string>(5),
                       .state = row.get<std::string>(6),
                       .tenant_state = row.get<std::string>(7),
                       .verifiers = row.get<std::vector<std::string>>(8)};
}

}  // namespace sky::auth
