#pragma once
// Nothing is served on a schema that this program doesn't know.
#include "sky/pg/pool.h"

namespace sky::imapd {

// Fault::unavailable when the newest migration of mailstore is not the one compiled in; the reason names both.
Task<Result<void>> check_schema(pg::Pool& pool, pg::Deadline deadline);

}  // namespace sky::imapd
