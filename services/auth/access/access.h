#pragma once
// May this caller do this? Asked before every rpc of the administration, by the code here and once more by row-level security.
#include "auth/access/rights.h"
#include "auth/store/access.h"

namespace google::protobuf {
class Message;
}

namespace sky::auth {

class AuthShard;

// What a token is known by; the token itself is stored nowhere. It has 256 random bits, so a plain digest gives nothing away.
std::string token_digest(std::string_view token);

// What is left of an account's role when it speaks through a token that grants at most `most` over `over` (nothing: over what the role is).
// `over_is_under`: the token's tenant is under the reseller that the account administers. Empty: nothing is left.
enum class Under { yes, no };
std::optional<Holding> limited(const Holding& held, TenantId account_tenant, std::optional<Role> most, TenantId over, Under over_is_under);

// Who calls: the bearer of a token, or a certificate of OPERATORS. Fault::not_authenticated for a token that is none (any more).
Task<Result<Caller>> identify(AuthShard& shard, rpc::Context context);

// Fault::forbidden when the role does not suffice, Fault::not_found when the request is about what the caller may not see.
Task<Result<void>> check_access(AuthShard& shard, const Caller& caller, const AccessRight& right, const google::protobuf::Message& request);

// A peer's address is in one of these networks ("192.0.2.0/24,2001:db8::/32"); there are none: it may be anywhere.
bool is_within(std::string_view networks, std::string_view address);

// The caller administers this tenant.
Task<Result<bool>> reaches(AuthShard& shard, const Caller& caller, TenantId tenant);

}  // namespace sky::auth
