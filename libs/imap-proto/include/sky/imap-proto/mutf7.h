#pragma once
// Modified UTF-7, how mailbox names travel to clients that do not take UTF-8 (RFC 3501 §5.1.3).
#include <optional>
#include <string>
#include <string_view>

namespace sky::imap {

// How mailbox names travel: in modified UTF-7, or as they are once the client has said that it takes UTF-8 (RFC 6855 §3, RFC 9051 §5.1).
enum class NameForm { mutf7, utf8 };

// Well-formed UTF-8 to modified UTF-7; octets that are no UTF-8 become U+FFFD.
std::string encode_mutf7(std::string_view utf8);

// Strict: only the one form that encode_mutf7() writes is taken, so that a name has one spelling. No 8-bit octets, no NUL, no lone
// surrogates, no encoded printable ASCII, no two adjacent shifts.
std::optional<std::string> decode_mutf7(std::string_view text);

}  // namespace sky::imap
