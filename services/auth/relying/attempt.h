#pragma once
// A sign-in that is on its way through a provider. What we must know when the browser comes back travels sealed in a cookie of that
// browser, so that any replica can go on, nobody else's browser can, and nothing is stored. Pure.
#include <optional>
#include <string>

#include "auth/relying/provider.h"
#include "auth/sealing.h"

namespace sky::auth::relying {

struct Attempt {
    TenantId tenant;
    std::string issuer;
    std::string state, nonce, verifier;  // random; RFC 6749 §10.12, OpenID Connect Core §15.5.2, RFC 7636
    std::string return_to;               // the gateway's own
    Time begun;
};
inline constexpr std::chrono::minutes attempt_life{15};
inline constexpr std::size_t longest_return = 2048;  // a cookie holds 4 KiB

Attempt begin_attempt(TenantId tenant, std::string issuer, std::string return_to, Time now);
std::string seal_attempt(const Seal& seal, const Attempt& attempt);
// Empty for what is none of ours, was changed, or is too old.
std::optional<Attempt> open_attempt(const Seal& seal, std::string_view cookie, Time now);

// Whose client secret a sealed one is.
SealedFor oidc_secret_place(TenantId tenant);

// Where the browser goes (OpenID Connect Core §3.1.2.1).
std::string authorization_uri(const ProviderMetadata& provider, const Attempt& attempt, const std::string& client_id,
                              const std::string& scopes, const std::string& redirect_uri, const std::string& login_hint);

}  // namespace sky::auth::relying
