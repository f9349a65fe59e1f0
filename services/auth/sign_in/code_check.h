#pragma once
// A second factor's code, whether of the app or a recovery code: right, and never used before.
#include <string>
#include <string_view>

#include "auth/sealing.h"
#include "auth/sign_in/second_factor.h"
#include "sky/async/timer.h"
#include "sky/pg/pool.h"

namespace sky::auth {

// Whose secret a sealed one is.
SealedFor totp_place(TenantId tenant, const std::string& account_text);

// Digest of a recovery code, as hex, under the installation's key.
std::string recovery_digest(const Seal& seal, AccountId account, std::string_view code);

// Spends the code when it is right. Codes made under an older SEAL_KEY are found too.
Task<Result<bool>> check_code(pg::Pool& pool, const Seal& seal, TenantId tenant, AccountId account, std::string code, Deadline deadline);

}  // namespace sky::auth
