#pragma once
// Modified UTF-7, how mailbox names travel without UTF8=ACCEPT (RFC 3501 §5.1.3).
#include <optional>
#include <string>
#include <string_view>

namespace sky::imap {

// Well-formed UTF-8 to modified UTF-7; octets that are no UTF-8 become U+FFFD.
std::string encode_mutf7(std::string_view utf8);

// Strict: only the one form that encode_mutf7() writes is taken, so that a name has one spelling. No 8-bit octets, no NUL, no lone
// surrogates, no encoded printable ASCII, no two adjacent shifts.
std::optional<std::string> decode_mutf7(std::string_view text);

}  // namespace sky::imap
