#pragma once
// What people let programs do.
#include <optional>
#include <string>
#include <vector>

#include "sky/base/clock.h"
#include "sky/pg/pool.h"

namespace sky::auth::oauth {

struct NewGrant {
    TenantId tenant;
    AccountId account;
    std::string client_id;
    std::vector<std::string> scopes, resources;
    std::string redirect_uri = {}, code_challenge = {}, nonce = {};  // of a code; of a device none
    Time authenticated;
    std::vector<std::string> methods;
};
Task<Result<std::int64_t>> insert_grant(pg::Transaction& transaction, const NewGrant& grant);

// The account has let the client do all of this before.
Task<Result<bool>> has_agreed(pg::Pool& pool, TenantId tenant, AccountId account, const std::string& client_id,
                              const std::vector<std::string>& scopes, const std::vector<std::string>& resources, pg::Deadline deadline);

// With all that came of it. False: it was gone.
Task<Result<bool>> delete_grant(pg::Transaction& transaction, TenantId tenant, AccountId account, std::int64_t id);
// All of an account, and its sessions in browsers; how many grants there were.
Task<Result<std::int64_t>> delete_grants(pg::Transaction& transaction, TenantId tenant, AccountId account);
// Whose grants of this client there are in the tenant.
Task<Result<std::vector<std::int64_t>>> accounts_with(pg::Transaction& transaction, const std::string& client_id);

struct GrantRow {
    std::int64_t id = 0;
    std::string client_id, client_name;
    std::vector<std::string> scopes, resources;
    Time created;
    std::optional<Time> last_used;
};
Task<Result<std::vector<GrantRow>>> list_grants(pg::Pool& pool, TenantId tenant, AccountId account, pg::Deadline deadline);

}  // namespace sky::auth::oauth
