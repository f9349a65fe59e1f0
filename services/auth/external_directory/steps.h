#pragma once
// The steps of a sync, each in a transaction of its own with its record. The actor is "ldap".
#include "auth/external_directory/comparison.h"
#include "sky/async/task.h"
#include "sky/async/timer.h"

namespace sky::auth {

class AuthShard;

Task<Result<void>> take_step(AuthShard& shard, TenantId tenant, const Step& step, Deadline deadline);
Task<Result<void>> take_step(AuthShard& shard, TenantId tenant, const ManagerStep& step, Deadline deadline);
Task<Result<void>> take_step(AuthShard& shard, TenantId tenant, const GroupStep& step, Deadline deadline);

}  // namespace sky::auth
