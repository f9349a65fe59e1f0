#pragma once
// Proof Key for Code Exchange (RFC 7636), S256 only: whoever redeems a code is who asked for it. Pure.
#include <string>
#include <string_view>

namespace sky::auth::oauth {

// RFC 7636 §4.2: SHA-256 as base64url.
bool is_challenge(std::string_view text);
std::string challenge_of(std::string_view verifier);
// RFC 7636 §4.1, §4.6: 43 to 128 unreserved characters whose digest is the challenge.
bool proves(std::string_view verifier, std::string_view challenge);

}  // namespace sky::auth::oauth
