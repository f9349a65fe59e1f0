#pragma once
// Browsers in which somebody has signed in, by the digests of their cookies.
#include <optional>
#include <string>
#include <vector>

#include "sky/base/clock.h"
#include "sky/pg/pool.h"

namespace sky::auth::oauth {

struct SessionRow {
    TenantId tenant;
    AccountId account;
    std::string address, display_name;
    Time authenticated;
    std::vector<std::string> methods;
};
// Empty: none (any more), or of an account that may not sign in.
Task<Result<std::optional<SessionRow>>> find_session(pg::Pool& pool, const std::string& digest, pg::Deadline deadline);

struct NewSession {
    TenantId tenant;
    AccountId account;
    std::string digest, remote;
    Time authenticated, expires;
    std::optional<std::vector<std::string>> methods;  // nothing: a password, and a code where the account has a second factor
};
Task<Result<void>> insert_session(pg::Pool& pool, const NewSession& session, pg::Deadline deadline);
Task<Result<bool>> delete_session(pg::Pool& pool, TenantId tenant, const std::string& digest, pg::Deadline deadline);

}  // namespace sky::auth::oauth
