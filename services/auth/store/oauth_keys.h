#pragma once
// Keys that sign identity tokens; their private halves are sealed.
#include <optional>
#include <string>
#include <vector>

#include "sky/base/clock.h"
#include "sky/pg/pool.h"

namespace sky::auth::oauth {

struct KeyRow {
    std::string id, algorithm, public_key, sealed;
    Time created, signs_from;
    std::optional<Time> ends;
};
// All that are shown, newest first.
Task<Result<std::vector<KeyRow>>> list_keys(pg::Pool& pool, pg::Deadline deadline);
Task<Result<std::vector<KeyRow>>> list_keys(pg::Transaction& transaction);
// The one of the algorithm that signs now.
Task<Result<std::optional<KeyRow>>> find_signing_key(pg::Pool& pool, const std::string& algorithm, pg::Deadline deadline);

// From here to the end of the transaction no other replica changes keys.
Task<Result<void>> lock_keys(pg::Transaction& transaction);
// Those of before of the same algorithm end at `others_end`.
Task<Result<void>> insert_key(pg::Transaction& transaction, const KeyRow& key, Time others_end);

}  // namespace sky::auth::oauth
