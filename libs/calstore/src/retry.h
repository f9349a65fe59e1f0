#pragma once
// A write as a whole transaction that may have to run again: a deadlock, or a COMMIT whose answer was lost.
#include <boost/asio/this_coro.hpp>

#include "sky/async/task.h"
#include "sky/async/timer.h"
#include "sky/failpoint/failpoint.h"
#include "sky/pg/pool.h"

namespace sky::calstore {

// Each attempt is a functor that takes the open transaction and the round, from 1, and returns Result<T>; `keep(value)` says whether there
// is anything to commit. The functor must be idempotent by its operation id.
template <class Attempt, class Keep>
auto whole(pg::Pool& pool, TenantId tenant, Deadline deadline, const Attempt& attempt, const Keep& keep)
    -> decltype(attempt(std::declval<pg::Transaction&>(), 1)) {
    for (int round = 1;; ++round) {
        auto transaction = co_await pool.begin(tenant, deadline);
        if (!transaction) co_return forward(transaction);
        auto result = co_await attempt(*transaction, round);
        if (result && !keep(*result)) co_return result;
        if (result) {
            SKY_FAILPOINT("calstore.before_commit");
            auto committed = co_await transaction->commit();
            if (committed) {
                SKY_FAILPOINT("calstore.after_commit");
                co_return result;
            }
            result = forward(committed);
            if (round < 4 && transaction->in_doubt() && !passed(deadline)) continue;
        }
        if (round >= 4 || !pg::is_worth_retrying(result.error()) || passed(deadline)) co_return result;
    }
}

}  // namespace sky::calstore
