#pragma once
// Tokens in the compact form of RFC 7515: made, and read from strangers.
#include <span>
#include <string>

#include "sky/jwt/key.h"

namespace sky::jwt {

inline constexpr std::size_t largest_token = 16 * 1024;

// Its signature is right. What it claims is not checked yet (claims.h).
struct Token {
    std::string type;  // `typ` in lower case, without "application/"; empty: none
    std::string key_id;
    std::string payload;  // a JSON object that can be read in one way only
};

// `payload` is a JSON object; `type` as in `typ`: "JWT", "at+jwt".
Result<std::string> sign(const PrivateKey& key, std::string_view type, std::string_view payload);

// Only keys of an allowed algorithm count. `kid` is compared with theirs and nothing else; without it there must be only one such key.
// The header's `alg` must be the key's. Refused: jku, jwk, x5u, x5c, crit, members twice, padding, white space, what is too large or too
// deep. Fault::syntax or bad_credentials with one text; the reason, for the log, tells why and quotes nothing of the token.
Result<Token> read(std::string_view token, std::span<const PublicKey> keys, std::span<const Algorithm> allowed);

}  // namespace sky::jwt
