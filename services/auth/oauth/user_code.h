#pragma once
// The code that a device shows and a person types (RFC 8628 §6.1). Pure.
#include <string>
#include <string_view>

#include "auth/sealing.h"

namespace sky::auth::oauth {

// Eight consonants, 34 bits: enough while guesses are counted and codes live for minutes. "WDJB-MJHT".
std::string new_user_code();
// What was meant: without hyphens and spaces, in upper case.
std::string plain_user_code(std::string_view typed);
// Short codes are digested under the installation's key.
std::string user_code_digest(const Seal& seal, std::string_view plain);

}  // namespace sky::auth::oauth
