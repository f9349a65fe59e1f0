#pragma once
// What accounts may hold by the plans in force, as rows; and the tenants for which that is to be computed again.
#include <optional>
#include <string>
#include <vector>

#include "sky/pg/pool.h"

namespace sky::auth {

struct AccountLimits {
    AccountId account;
    std::optional<std::int64_t> own_quota;
    std::int64_t plan = 0;  // 0: none
    bool pooled = false;    // its storage
    std::int64_t storage_octets = 0;
    std::int32_t retention_days = 0;  // 0: kept
};
// Of one account, or (nothing) of all of the tenant. From here on until COMMIT no other transaction does this for the tenant.
Task<Result<std::vector<AccountLimits>>> lock_limits(pg::Transaction& transaction, TenantId tenant, std::optional<AccountId> only);

// Pooled plans that mailboxes without a quota of their own are on, with what these bring together.
struct PlanPool {
    std::int64_t plan = 0;
    std::int64_t octets = 0;
};
Task<Result<std::vector<PlanPool>>> plan_pools(pg::Transaction& transaction, TenantId tenant);

// A plan changed: the tenants that it matters to, in a transaction of its owner. A mailbox left: its tenant, in one of that tenant.
Task<Result<void>> limits_due_by_plan(pg::Transaction& transaction, std::int64_t plan);
Task<Result<void>> limits_due(pg::Transaction& transaction, TenantId tenant);
// The next one above `from`; nothing: there is none.
Task<Result<std::optional<TenantId>>> next_due(pg::Pool& pool, TenantId from, pg::Deadline deadline);
// In a transaction of the tenant. The tenant's name; nothing: somebody else has done it.
Task<Result<std::optional<std::string>>> take_due(pg::Transaction& transaction, TenantId tenant);

}  // namespace sky::auth
