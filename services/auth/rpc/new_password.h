#pragma once
// What is stored of a new main password.
#include <string>

#include "auth/rpc/admin.h"

namespace sky::auth {

struct TenantRow;

struct StoredPassword {
    std::string verifier;
    std::string scram_sha256, scram_sha1;  // empty: the tenant does not want them, or SCRAM can't carry the password
};

// Checks the tenant's rules and does the hashing. `salt` is the account's scram_salt.
Task<Result<StoredPassword>> store_password(AuthShard& shard, const TenantRow& tenant, const std::string& salt, const std::string& password,
                                            Deadline deadline);

}  // namespace sky::auth
