#pragma once
// Encoded words (RFC 2047) and charsets to UTF-8.
#include <optional>
#include <string>
#include <string_view>

namespace sky::mime {

// Octets in a named charset as UTF-8; what can't be decoded becomes U+FFFD. NUL becomes a space. nullopt for an unknown charset.
std::optional<std::string> to_utf8(std::string_view octets, std::string_view charset);

// As it is when it is UTF-8 (NUL removed), otherwise read as windows-1252: for raw 8-bit text without a label.
std::string guess_utf8(std::string_view octets);

// Unfolded header text with its encoded words decoded; always UTF-8 without CR, LF and NUL. Words of unknown charsets stay as they are.
std::string decode_words(std::string_view value);

}  // namespace sky::mime
