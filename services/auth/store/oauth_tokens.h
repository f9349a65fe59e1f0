#pragma once
// What came of a grant: codes, access tokens, refresh tokens, each by its digest.
#include <optional>
#include <string>
#include <vector>

#include "sky/base/clock.h"
#include "sky/pg/pool.h"

namespace sky::auth::oauth {

struct Held {
    TenantId tenant;
    std::int64_t id = 0, grant = 0;
    std::string kind;  // code, access, refresh
    bool is_live = false, is_used = false;
    std::vector<std::string> scopes, resources;  // of this token; never more than the grant's
    Time created, expires;
    std::string client_id;
    AccountId account;
    std::string address, display_name;
    std::vector<std::string> granted_scopes, granted_resources;
    std::string redirect_uri, code_challenge, nonce;
    Time authenticated;
    std::vector<std::string> methods;
};
// Empty: none, or of an account that may not sign in.
Task<Result<std::optional<Held>>> find_held(pg::Pool& pool, const std::string& digest, pg::Deadline deadline);

struct NewHeld {
    TenantId tenant;
    std::int64_t grant = 0;
    const char* kind;
    std::string digest;
    std::vector<std::string> scopes, resources;
    Time expires;
};
Task<Result<void>> insert_held(pg::Transaction& transaction, const NewHeld& token);
// Spends a code or a refresh token. False: it was spent, or has ended; of two at once only one hears true.
Task<Result<bool>> spend_held(pg::Transaction& transaction, TenantId tenant, std::int64_t id);
Task<Result<bool>> delete_held(pg::Transaction& transaction, TenantId tenant, std::int64_t id);
Task<Result<void>> mark_grant_used(pg::Transaction& transaction, TenantId tenant, std::int64_t grant);

Task<Result<void>> forget_ended(pg::Pool& pool, pg::Deadline deadline);

}  // namespace sky::auth::oauth
