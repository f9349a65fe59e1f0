#pragma once
// What people write into the directory's fields.
#include <string>

#include "sky/base/ascii.h"
#include "sky/base/result.h"

namespace sky::auth {

// UTF-8 of at most so many octets, without control characters. `what` names it in the error.
inline Result<void> check_text(std::string_view text, std::size_t most, const char* what) {
    if (!ascii::is_utf8(text)) return unexpected(Fault::syntax, std::string("the ") + what + " is not UTF-8");
    if (text.size() > most)
        return unexpected(Fault::syntax, std::string("the ") + what + " is longer than " + std::to_string(most) + " octets");
    for (const char c : text)
        if (static_cast<unsigned char>(c) < 32 || c == 127)
            return unexpected(Fault::syntax, std::string("the ") + what + " contains a control character");
    return {};
}

}  // namespace sky::auth
