#pragma once
// Mailboxes follow their tenant's directory elsewhere: added, changed, suspended when they vanish there, restored when they come back.
// Nothing is ever removed.
#include <optional>
#include <vector>

#include "auth/external_directory/comparison.h"
#include "auth/store/external_sync.h"
#include "sky/async/task.h"
#include "sky/async/timer.h"

namespace sky::auth {

class AuthShard;

// What would be done now. Faults of ldap::Client and compare(); Fault::not_found without a directory.
Task<Result<Comparison>> plan_sync(AuthShard& shard, TenantId tenant, Shrink shrink, Deadline deadline);

// Does it, if nobody else does; the outcome stands in external_sync. False: somebody else is at it.
Task<Result<bool>> sync_tenant(AuthShard& shard, TenantId tenant);

// Runs until cancelled: each tenant whose turn it is, on one replica at a time.
Task<void> follow_directories(AuthShard& shard);

}  // namespace sky::auth
