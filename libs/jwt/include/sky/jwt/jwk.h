#pragma once
// JSON Web Keys (RFC 7517, RFC 7518 §6, RFC 8037 §2): public keys of RSA, P-256 and Ed25519.
#include <span>
#include <vector>

#include "sky/jwt/key.h"

namespace sky::jwt {

inline constexpr std::size_t most_keys = 64;

// One key. Fault::syntax for what is malformed, too weak or too large, holds a private half, or says an algorithm that its kind does not
// have here; Fault::unsupported for kinds, curves, algorithms and uses that are not ours.
Result<PublicKey> parse_key(std::string_view json);

// A set (RFC 7517 §5): what is not for us is passed over, as is what can't be read. Fault::syntax when it is no set, too_large for more
// than 64 KiB or 64 keys.
Result<std::vector<PublicKey>> parse_keys(std::string_view json);

// {"kty":…,"use":"sig","alg":…,"kid":…}: public halves only.
std::string write_key(const PublicKey& key);
std::string write_keys(std::span<const PublicKey> keys);

// RFC 7638: SHA-256 of the required members, as base64url.
std::string thumbprint(const PublicKey& key);

}  // namespace sky::jwt
