#pragma once
// Counts each day (UTC) once it is over: one row a mailbox, as it is when it is counted.
#include "auth/billing/month.h"
#include "sky/pg/pool.h"

namespace sky::auth {

// Writes what of the day's rows is missing, and that the day is counted. Returns how many were written; again it is none.
Task<Result<std::int64_t>> record_day(pg::Pool& pool, Day day);

// Runs until cancelled: counts yesterday as soon as it is over, on one replica. Days before it that nobody counted are lost: nobody knows
// any more how they were.
Task<void> record_days(pg::Pool& pool);

}  // namespace sky::auth
