#pragma once
// The first start: nobody administers yet, no credential exists anywhere, so one is printed that works once (UseSetupToken).
#include "sky/pg/pool.h"

namespace sky::auth {

// Prints a setup token to standard output while there is neither a tenant nor anyone who administers. It is in no log, and lasts a day; a
// later start prints another one in its place.
Task<Result<void>> offer_setup(pg::Pool& pool, pg::Deadline deadline);

}  // namespace sky::auth
