#pragma once
// First outcomes of writes that carried an idempotency key.
#include <optional>
#include <string>

#include "sky/pg/pool.h"

namespace sky::auth {

struct OutcomeKey {
    std::string actor;
    std::string method;
    std::string key;     // empty: the caller wants none of this
    std::string digest;  // of the request without its secrets; another request under the same key is refused
};

// The reply of the first call; empty: there was none. Fault::conflict when the key was used for something else.
Task<Result<std::optional<std::string>>> find_outcome(pg::Pool& pool, const OutcomeKey& key, pg::Deadline deadline);
Task<Result<void>> insert_outcome(pg::Transaction& transaction, const OutcomeKey& key, const std::string& reply);

}  // namespace sky::auth
