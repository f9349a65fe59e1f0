#pragma once
// The record of changes and of sign-ins, for reading, and its end.
#include <optional>
#include <string>
#include <vector>

#include "sky/pg/pool.h"

namespace sky::auth {

struct Period {
    std::optional<Time> since, until;
};

struct ChangeEntry {
    std::int64_t id = 0;
    Time at;
    std::string tenant, actor, peer, action, object, detail;
};
struct ChangeFilter {
    std::string tenant, actor, object, action;  // empty: any; of an action the beginning
    Period period;
};
// Newest first, older than entry `before` (0: from the newest on), at most `size`.
Task<Result<std::vector<ChangeEntry>>> list_changes(pg::Pool& pool, TenantId view, const ChangeFilter& filter, std::int64_t before,
                                                    std::int32_t size, pg::Deadline deadline);

struct SignInEntry {
    Time at;  // of the last
    std::string tenant, address, protocol, mechanism, remote, outcome;
    std::int32_t count = 0;
};
struct SignInFilter {
    std::string tenant, address, outcome;
    Period period;
};
// Newest first, the first `skip` left out.
Task<Result<std::vector<SignInEntry>>> list_sign_ins(pg::Pool& pool, TenantId view, const SignInFilter& filter, std::int64_t skip,
                                                     std::int32_t size, pg::Deadline deadline);

// Drops what is older.
Task<Result<void>> forget_records(pg::Pool& pool, Time older_than, pg::Deadline deadline);

}  // namespace sky::auth
