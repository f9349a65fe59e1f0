#pragma once
// SASLprep (RFC 4013), by ICU: what makes one password of the many ways in which it can be typed.
#include <optional>
#include <string>
#include <string_view>

namespace sky::sasl {

// Code points that Unicode 3.2 did not know (most emoji) may stand in what is looked up, not in what is kept (RFC 3454 §7).
enum class Prepared { query, stored };

// The text prepared; nullopt when it is not UTF-8 or holds what is prohibited. The result may be empty.
std::optional<std::string> saslprep(std::string_view text, Prepared as);

}  // namespace sky::sasl
