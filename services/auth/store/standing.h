#pragma once
// In which groups an account is, what was opened to it, and who accounts and groups are.
#include <string>
#include <vector>

#include "sky/base/ids.h"
#include "sky/pg/pool.h"

namespace sky::auth {

struct PrincipalRow {
    AccountId account;  // nothing: a group
    std::int64_t group = 0;
    std::string address, kind;
    bool active = true;
    std::string asked;  // the address by which it was found
};

struct AccountStanding {
    std::int64_t version = 0;  // of the directory
    std::vector<std::int64_t> groups;
    std::vector<PrincipalRow> opened, public_trees;
};

// Fault::not_found when the account is gone.
Task<Result<AccountStanding>> find_standing(pg::Pool& pool, TenantId tenant, AccountId account, pg::Deadline deadline);

struct PrincipalsAsked {
    std::vector<std::int64_t> accounts, groups;
    std::vector<std::string> addresses;  // normalised
};
// All of one tenant; who is not there is left out.
Task<Result<std::vector<PrincipalRow>>> find_principals(pg::Pool& pool, TenantId tenant, const PrincipalsAsked& asked,
                                                        pg::Deadline deadline);

}  // namespace sky::auth
