#include "auth/oauth/pkce.h"

#include <algorithm>

#include "sky/base/ascii.h"
#include "sky/base/encode.h"
#include "sky/base/sha256.h"

namespace sky::auth::oauth {

bool is_challenge(std::string_view text) {
    const auto octets = base64url_decode(text);
    return text.size() == 43 && octets && octets->size() == 32;
}

std::string challenge_of(std::string_view verifier) { return base64url_encode(sha256(verifier)); }

bool proves(std::string_view verifier, std::string_view challenge) {
    const auto is_unreserved = [](char c) { return ascii::is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~'; };
    if (verifier.size() < 43 || verifier.size() > 128 || !std::ranges::all_of(verifier, is_unreserved)) return false;
    return equals_in_constant_time(challenge_of(verifier), challenge);
}

}  // namespace sky::auth::oauth
