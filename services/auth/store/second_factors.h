#pragma once
// Second factors: the sealed secret, the last step whose code was used, and digests of recovery codes.
#include <optional>
#include <string>
#include <vector>

#include "sky/base/clock.h"
#include "sky/pg/pool.h"

namespace sky::auth {

struct SecondFactorRow {
    std::string sealed;
    bool confirmed = false;
    std::int64_t last_step = 0;
    Time created;
    std::int64_t codes_left = 0;
};
Task<Result<std::optional<SecondFactorRow>>> find_second_factor(pg::Pool& pool, TenantId tenant, AccountId account, pg::Deadline deadline);

// Fault::conflict when one is confirmed already: it is removed first.
Task<Result<void>> insert_second_factor(pg::Transaction& transaction, TenantId tenant, AccountId account, const std::string& sealed);
// False: the secret is another one meanwhile.
Task<Result<bool>> confirm_second_factor(pg::Transaction& transaction, TenantId tenant, AccountId account, const std::string& sealed,
                                         std::int64_t step);
Task<Result<bool>> delete_second_factor(pg::Transaction& transaction, TenantId tenant, AccountId account);
Task<Result<void>> replace_recovery_codes(pg::Transaction& transaction, TenantId tenant, AccountId account,
                                          const std::vector<std::string>& digests);

// A code counts once, whichever replica sees it first. False: it was used before, or is none.
Task<Result<bool>> spend_step(pg::Pool& pool, TenantId tenant, AccountId account, std::int64_t step, pg::Deadline deadline);
Task<Result<bool>> spend_recovery_code(pg::Pool& pool, TenantId tenant, AccountId account, const std::string& digest,
                                       pg::Deadline deadline);

}  // namespace sky::auth
