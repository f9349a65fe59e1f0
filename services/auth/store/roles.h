#pragma once
// Roles as they were granted.
#include <string>
#include <vector>

#include "auth/access/subject.h"
#include "sky/pg/pool.h"

namespace sky::auth {

struct RoleRow {
    std::string address;  // whose
    std::string role;
    std::string over;  // a tenant's name, as far as the reader may see it; empty: the platform
    Time granted;
    std::string granted_by;
};
struct RoleKey {
    TenantId tenant;  // of the account
    AccountId account;
    Role role = Role::user;
    TenantId over;  // nothing: the platform
};

// Empty tenant: of all that the view shows.
Task<Result<std::vector<RoleRow>>> list_roles(pg::Pool& pool, TenantId view, const std::string& tenant, pg::Deadline deadline);
// Granting twice changes nothing.
Task<Result<void>> grant_role(pg::Transaction& transaction, const RoleKey& key, const std::string& by);
Task<Result<bool>> revoke_role(pg::Transaction& transaction, const RoleKey& key);

}  // namespace sky::auth
