#pragma once
// The directory's version, and what each one changed.
#include <string>
#include <vector>

#include "sky/pg/pool.h"

namespace sky::auth {

struct Change {
    std::int64_t version = 0;
    std::vector<std::string> addresses;
    std::vector<std::string> domains;
    std::vector<std::int64_t> account_ids;
};

Task<Result<std::int64_t>> read_version(pg::Pool& pool, pg::Deadline deadline);
// Above `version`, in order, at most 1,000.
Task<Result<std::vector<Change>>> read_changes(pg::Pool& pool, std::int64_t version, pg::Deadline deadline);
// Drops changes and idempotency keys older than a day.
Task<Result<void>> forget_old_changes(pg::Pool& pool, pg::Deadline deadline);

// Who asks for a write, for the audit.
struct Actor {
    std::string name;
    std::string peer;
};

// What a write did: the last thing each does before COMMIT (directory.record).
struct Record {
    TenantId tenant;
    std::string action;  // mailbox.add
    std::string object;
    std::string detail = "{}";  // JSON; never a secret
    std::vector<std::string> addresses = {};
    std::vector<std::string> domains = {};
    std::vector<std::int64_t> account_ids = {};
};
Task<Result<std::int64_t>> record(pg::Transaction& transaction, const Actor& actor, const Record& what);

}  // namespace sky::auth
