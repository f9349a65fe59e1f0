#pragma once
// What proves a password: our own argon2id, and the hashes of other systems that accounts were imported with. Pure, but slow: a proof
// belongs on the pool of threads (passwords.h). The forms, with or without the scheme's name in braces before those that begin with $:
//   $argon2id$v=19$… $argon2i$v=19$…                         ARGON2ID, ARGON2I
//   $6$salt$hash $6$rounds=N$salt$hash                       SHA512-CRYPT, CRYPT
//   $2a$ $2b$ $2y$                                           BLF-CRYPT, BCRYPT, CRYPT
//   {SSHA} {SSHA256} {SSHA512}, base64 of digest and salt    RFC 2307 §5.3
//   {PBKDF2}$1$salt$rounds$hex                               HMAC-SHA-1, the salt as it is written
//   $pbkdf2$ $pbkdf2-sha256$ $pbkdf2-sha512$rounds$salt$hash base64 with . for + and without padding
#include <cstdint>
#include <string>
#include <string_view>

#include "sky/base/result.h"

namespace sky::auth {

struct HashCost {
    std::uint64_t operations = 2;
    std::size_t memory = std::size_t{64} << 20;  // octets
};

// A foreign hash as it is stored: known, well-formed, and no dearer than a sign-in may be. Fault::syntax with a text for the operator.
Result<std::string> import_verifier(std::string_view text);

// False for a verifier that import_verifier() would refuse.
bool proves(const std::string& verifier, const std::string& password);

// Ours, at no less than this cost. Others are replaced when their password is next seen.
bool is_up_to_date(std::string_view verifier, const HashCost& cost);

}  // namespace sky::auth
