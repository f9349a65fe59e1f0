#pragma once
// What people chose for themselves.
#include "auth/preferences.h"
#include "sky/pg/pool.h"

namespace sky::auth {

// Fault::not_found when the account is gone.
Task<Result<Preferences>> find_preferences(pg::Pool& pool, TenantId tenant, AccountId account, pg::Deadline deadline);
Task<Result<void>> put_preferences(pg::Transaction& transaction, TenantId tenant, AccountId account, const Preferences& preferences);

}  // namespace sky::auth
