#pragma once
// Which schemas this build knows.
#include "sky/pg/pool.h"

namespace sky::delivery::store {

// The newest migration of schema queue that this code knows.
inline constexpr int queue_schema_version = 1;

// Fault::unavailable, with a clear reason, when the database has other schemas than this build knows or can't be asked.
Task<Result<void>> check_schemas(pg::Pool& pool, pg::Deadline deadline);

}  // namespace sky::delivery::store
