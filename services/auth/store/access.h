#pragma once
// What an access decision reads: tokens, roles, and whose a named thing is. Sees all tenants, tells the caller nothing by itself.
#include <optional>
#include <string>
#include <utility>

#include "auth/access/subject.h"
#include "sky/pg/pool.h"

namespace sky::auth {

struct TokenRow {
    TenantId tenant;
    std::int64_t token_id = 0;
    AccountId account;  // nothing: the token belongs to no person
    std::string address;
    std::optional<Role> role;  // at most this
    TenantId over;
    std::string networks;  // separated by commas; empty: from anywhere
    std::string label;
};
Task<Result<std::optional<TokenRow>>> find_token(pg::Pool& pool, const std::string& digest, pg::Deadline deadline);

struct Holding {
    Role role = Role::user;
    TenantId over;
};
// The highest role that an account holds.
Task<Result<Holding>> find_role(pg::Pool& pool, TenantId tenant, AccountId account, pg::Deadline deadline);

struct Whose {
    TenantId tenant;
    AccountId account;  // when an address of an account was asked for
};
// Nothing: there is no such thing.
Task<Result<std::optional<Whose>>> whose_tenant(pg::Pool& pool, const std::string& name, pg::Deadline deadline);
Task<Result<std::optional<Whose>>> whose_domain(pg::Pool& pool, const std::string& name, pg::Deadline deadline);
// By the address, or if nobody has it by its domain.
Task<Result<std::optional<Whose>>> whose_address(pg::Pool& pool, const std::string& address, pg::Deadline deadline);
Task<Result<bool>> is_under(pg::Pool& pool, TenantId tenant, TenantId reseller, pg::Deadline deadline);

}  // namespace sky::auth
