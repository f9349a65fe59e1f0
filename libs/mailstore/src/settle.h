#pragma once
// Runs a body of statements in a transaction of its own, again after a deadlock, and again when the answer to COMMIT was lost and
// repeating is harmless (architecture: a lost COMMIT is settled by running the whole transaction again).
#include <utility>

#include "sky/async/task.h"
#include "sky/async/timer.h"
#include "sky/failpoint/failpoint.h"
#include "sky/pg/pool.h"

namespace sky::mailstore {

enum class Repeat { harmless, harmful };

// Body: `using Value = …; Task<Result<Value>> run(pg::Transaction& tx);`, callable again from the start. One that sends its COMMIT along
// (`static constexpr bool commits_itself`) passes "mailstore.before_commit" itself, before anything is sent.
template <class Body>
Task<Result<typename Body::Value>> settle(pg::Pool& pool, TenantId tenant, Deadline deadline, Repeat repeat, Body& body) {
    for (int attempt = 1;; ++attempt) {
        auto tx = co_await pool.begin(tenant, deadline);
        if (!tx) co_return forward(tx);
        auto value = co_await body.run(*tx);
        Error error;
        if (value) {
            if constexpr (!requires { Body::commits_itself; }) SKY_FAILPOINT("mailstore.before_commit");
            auto done = co_await tx->commit();
            if (done) {
                SKY_FAILPOINT("mailstore.after_commit");
                co_return value;
            }
            error = done.error();
        } else {
            error = value.error();
        }
        const bool again = (tx->in_doubt() && repeat == Repeat::harmless) || pg::is_worth_retrying(error);
        if (!again || attempt >= 20 || passed(deadline)) co_return unexpected(std::move(error));
        co_await sleep_for(std::chrono::milliseconds(10 * attempt));
    }
}

}  // namespace sky::mailstore
