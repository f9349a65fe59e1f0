#pragma once
// Tokens by their digests: of people, of programs over a tenant (both rows of a tenant), of programs of the platform, and of the first
// start.
#include <optional>
#include <string>
#include <vector>

#include "auth/access/subject.h"
#include "sky/pg/pool.h"

namespace sky::auth {

struct NewTokenRow {
    TenantId tenant;    // nothing: of the platform
    AccountId account;  // nothing: a program's
    std::optional<Role> role;
    TenantId over;
    std::string label;
    std::string digest;
    std::vector<std::string> networks;
    std::string created_by;
    std::optional<Time> expires;
};
struct ListedToken {
    std::int64_t id = 0;
    std::string label, address, role, over;
    std::vector<std::string> networks;
    Time created;
    std::string created_by;
    std::optional<Time> expires;
};

Task<Result<ListedToken>> insert_token(pg::Transaction& transaction, const NewTokenRow& token);

// Those of one account (nothing: the programs') of the tenant, or of the platform when the tenant is nothing too. The caller's right to
// look has been checked.
struct TokenOwner {
    TenantId tenant;
    AccountId account;
};
Task<Result<std::vector<ListedToken>>> list_tokens(pg::Pool& pool, TokenOwner owner, pg::Deadline deadline);
Task<Result<bool>> delete_token(pg::Transaction& transaction, TokenOwner owner, std::int64_t id);

// True: the token of this digest is the one of the first start, and it has been used up now.
Task<Result<bool>> use_setup_token(pg::Transaction& transaction, const std::string& digest);
// True: nobody administers yet, and this digest is the one that may begin.
Task<Result<bool>> offer_setup_token(pg::Pool& pool, const std::string& digest, pg::Deadline deadline);

}  // namespace sky::auth
