#include "auth/oauth/user_code.h"

#include <sodium.h>

#include "auth/sign_in/verdicts.h"
#include "sky/base/ascii.h"

namespace sky::auth::oauth {

std::string new_user_code() {
    constexpr std::string_view alphabet = "BCDFGHJKLMNPQRSTVWXZ";  // no vowels: no words
    std::string out;
    for (int i = 0; i < 8; ++i) {
        if (i == 4) out += '-';
        out += alphabet[randombytes_uniform(alphabet.size())];
    }
    return out;
}

std::string plain_user_code(std::string_view typed) {
    std::string out;
    for (const char c : typed.substr(0, 64))
        if (ascii::is_alnum(c)) out += ascii::upper(c);
    return out;
}

std::string user_code_digest(const Seal& seal, std::string_view plain) { return keyed_digest(seal.derive("oauth-user-code"), {plain}); }

}  // namespace sky::auth::oauth
