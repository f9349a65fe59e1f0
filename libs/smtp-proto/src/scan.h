#pragma once
// Character classes and a cursor for the SMTP grammar.
#include <string_view>

#include "sky/base/ascii.h"

namespace sky::smtp {

// RFC 5322 §3.2.3
constexpr bool is_atext(char c) {
    return ascii::is_alnum(c) || (c != '\0' && std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos);
}

// Takes `prefix` (any case) from the front of `text`.
inline bool take(std::string_view& text, std::string_view prefix) {
    if (!ascii::starts_ignoring_case(text, prefix)) return false;
    text.remove_prefix(prefix.size());
    return true;
}

}  // namespace sky::smtp
