#pragma once
// Brings what the store enforces into line with the plans: quotas, pools, retention. A quota of its own wins over a plan's storage, and
// keeps the mailbox out of the pool: it neither brings anything to it nor takes from it. Whoever changes what these are computed from does
// this at the end of the same transaction.
#include <optional>

#include "sky/pg/pool.h"

namespace sky::auth {

class AuthShard;

// Of one account and the tenant's pools, or (nothing) of all accounts. The account may be gone: then it is about the pools.
Task<Result<void>> put_limits_in_force(AuthShard& shard, pg::Transaction& transaction, TenantId tenant, std::optional<AccountId> only);

// Runs until cancelled: tenants that are on a plan that changed. Their gateways hear that the accounts changed.
Task<void> keep_limits_in_force(AuthShard& shard);

}  // namespace sky::auth
