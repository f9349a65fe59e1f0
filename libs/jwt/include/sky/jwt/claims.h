#pragma once
// What a token must claim before anybody acts on it (RFC 7519 §4.1, RFC 8725 §3, RFC 9068 §4).
#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sky/base/clock.h"
#include "sky/jwt/token.h"

namespace sky::jwt {

inline constexpr std::chrono::seconds largest_skew{300};

struct Expected {
    std::string issuer;                  // compared octet by octet
    std::vector<std::string> audiences;  // the token is for one of these
    std::string type;                    // "at+jwt", "logout+jwt"; empty: an identity token or the like, that says "JWT" or nothing
    Time now;                            // by the caller's clock
    std::chrono::seconds skew{60};       // how far two clocks may differ; never more than largest_skew
};

struct Claims {
    std::string issuer;
    std::string subject;  // may be empty: not every token has one
    std::vector<std::string> audiences;
    Time expires;
    std::optional<Time> not_before;
    std::optional<Time> issued;
    std::string payload;  // the whole object
};

// iss, aud and exp must be there; nbf and iat, where they are, must not lie ahead. Fault::bad_credentials otherwise.
Result<Claims> check(const Token& token, const Expected& expected);

// Both steps.
Result<Claims> verify(std::string_view token, std::span<const PublicKey> keys, std::span<const Algorithm> allowed,
                      const Expected& expected);

}  // namespace sky::jwt
