#pragma once
// Base64, hex and random octets, by libsodium.
#include <optional>
#include <string>
#include <string_view>

namespace sky {

std::string base64_encode(std::string_view bytes);                // RFC 4648 §4, padded, no line breaks
std::optional<std::string> base64_decode(std::string_view text);  // strict: padding required, no white space
std::string base64url_encode(std::string_view bytes);             // RFC 4648 §5, unpadded
std::optional<std::string> base64url_decode(std::string_view text);
std::string hex_encode(std::string_view bytes);  // lower case
std::optional<std::string> hex_decode(std::string_view text);

std::string random_bytes(std::size_t count);  // from the kernel; for keys, tokens, ids

// Compares in time that depends on the lengths only.
bool equals_in_constant_time(std::string_view a, std::string_view b);

}  // namespace sky
