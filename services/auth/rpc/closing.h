#pragma once
// Tenants whose closing date has come go with everything in them.
#include "sky/async/task.h"
#include "sky/async/timer.h"
#include "sky/base/result.h"

namespace sky::auth {

class AuthShard;

Task<Result<void>> remove_closed_tenants(AuthShard& shard, Deadline deadline);

}  // namespace sky::auth
