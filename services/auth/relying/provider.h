#pragma once
// An OpenID Connect provider as its metadata describe it (OpenID Connect Discovery §3, RFC 8414 §3.3), and what its identity tokens must
// say (OpenID Connect Core §3.1.3.7). Pure.
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sky/base/clock.h"
#include "sky/base/result.h"
#include "sky/jwt/key.h"

namespace sky::auth::relying {

struct ProviderMetadata {
    std::string issuer, authorization_endpoint, token_endpoint, jwks_uri;
    bool says_issuer = false;  // in its answers (RFC 9207 §2.3)
};
// An https address without query and fragment.
bool is_provider(std::string_view issuer);
std::string metadata_uri(std::string_view issuer);
// Fault::unavailable, since a provider that says nonsense is as good as away: not JSON, another issuer, an endpoint that is not https.
Result<ProviderMetadata> parse_metadata(std::string_view body, std::string_view issuer);

struct TokenExpected {
    std::string issuer, client_id, nonce, address_claim;
    Time now;
};
struct Said {
    std::string subject;
    std::string address;               // of the claim that is mapped
    std::vector<std::string> methods;  // amr, as far as RFC 8176 knows them
};
// ES256, RS256 and EdDSA only, by the provider's keys. Fault::bad_credentials with one text; the reason tells why.
Result<Said> check_id_token(std::string_view token, std::span<const jwt::PublicKey> keys, const TokenExpected& expected);

}  // namespace sky::auth::relying
