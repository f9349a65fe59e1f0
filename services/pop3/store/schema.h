#pragma once
// Whether the database has the schema that this build knows.
#include "sky/pg/pool.h"

namespace sky::pop3d {

// Fault::unavailable when the newest migration of mailstore is another than the one compiled in; the reason names both.
Task<Result<void>> check_schema(pg::Pool& pool, Deadline deadline);

}  // namespace sky::pop3d
