#pragma once
// ASCII text without locales: the case rules of protocol keywords and domain names. Non-ASCII octets pass unchanged.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sky::ascii {

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
constexpr char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_alpha(char c) { return lower(c) >= 'a' && lower(c) <= 'z'; }
constexpr bool is_alnum(char c) { return is_digit(c) || is_alpha(c); }
constexpr bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

std::string to_lower(std::string_view text);
std::string to_upper(std::string_view text);
bool equals_ignoring_case(std::string_view a, std::string_view b);
bool starts_ignoring_case(std::string_view text, std::string_view prefix);
std::string_view trim(std::string_view text);  // spaces, tabs, CR, LF at both ends

// Splits at each separator; "a,,b" gives three parts, "" gives one empty part. Views into `text`.
std::vector<std::string_view> split(std::string_view text, char separator);

// All of `text` is one decimal number within [0, max]; no sign, no spaces.
std::optional<std::uint64_t> number(std::string_view text, std::uint64_t max = UINT64_MAX);

// Well-formed UTF-8 without surrogates or overlong forms (RFC 3629 §3).
bool is_utf8(std::string_view text);

// Makes bytes safe to show in a log line or a reply: control characters and octets over 126 become \xNN; cut at `limit` octets.
std::string printable(std::string_view bytes, std::size_t limit = 200);

}  // namespace sky::ascii
