#pragma once
// What is stored of a new main password.
#include <string>

#include "auth/rpc/admin.h"
#include "auth/store/passwords.h"

namespace sky::auth {

struct TenantRow;

struct NewPasswordOf {
    const TenantRow& tenant;  // whose rules apply
    std::string address, display_name;
    std::string scram_salt;
    AccountId account = {};  // nothing: it is being made
};

// Checks the tenant's rules (length, breached and old passwords, what is guessed from the name) and does the hashing.
Task<Result<MainCredential>> store_password(AuthShard& shard, NewPasswordOf of, std::string password, Deadline deadline);

}  // namespace sky::auth
