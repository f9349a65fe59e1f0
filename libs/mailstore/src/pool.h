#pragma once
// Shares of a pool: an account uses what it holds without asking; whoever needs more draws it from the pool (docs/adr/0003).
#include <map>

#include "sky/async/task.h"
#include "sky/mailstore/types.h"

namespace sky::mailstore {

struct Share {
    std::int64_t quota = 0;  // what the account holds now
    bool busy = false;       // the pool may have more once other writers are done
};

// `wanted`: what each account would use, for all of a pool that this transaction writes to. It has locked them.
Task<Result<std::map<AccountId, Share>>> draw(pg::Transaction& tx, TenantId tenant, const std::map<AccountId, std::int64_t>& wanted);

// The pool had too little, and others hold what they don't use: worth another attempt (settle.h).
Error pool_is_busy();

}  // namespace sky::mailstore
