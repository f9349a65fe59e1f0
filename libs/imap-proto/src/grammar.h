#pragma once
// Character classes of RFC 9051 §9.
#include <string_view>

#include "sky/base/ascii.h"

namespace sky::imap {

// A name spelled NIL would be read as no string at all where nstring is allowed.
inline bool ascii_equals_nil(std::string_view text) { return ascii::equals_ignoring_case(text, "NIL"); }

namespace grammar {

// ATOM-CHAR: a CHAR but atom-specials: "(" ")" "{" SP CTL "%" "*" DQUOTE "\" "]"
constexpr bool is_atom_char(char c) {
    const auto octet = static_cast<unsigned char>(c);
    if (octet <= 0x20 || octet >= 0x7f) return false;  // CTL, SP, 8-bit octets
    switch (c) {
        case '(':
        case ')':
        case '{':
        case '%':
        case '*':
        case '"':
        case '\\':
        case ']':
            return false;
        default:
            return true;
    }
}
constexpr bool is_astring_char(char c) { return is_atom_char(c) || c == ']'; }
constexpr bool is_tag_char(char c) { return is_astring_char(c) && c != '+'; }
constexpr bool is_list_char(char c) { return is_astring_char(c) || c == '%' || c == '*'; }

}  // namespace grammar
}  // namespace sky::imap
