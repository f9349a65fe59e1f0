#pragma once
// The head that SCRAM and OAUTHBEARER messages share (RFC 5801 §4), and names as they stand in it.
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace sky::sasl {

struct Gs2 {
    enum class Flag { unable, able, bound };  // "n", "y", "p="
    Flag flag = Flag::unable;
    std::string binding;        // the type's name behind "p="
    std::string authorization;  // decoded; may be empty
    std::string header;         // as sent, both commas included
};

// Takes the header off the front of `message`. The error is a value of RFC 5802 §7 ("other-error", "invalid-encoding").
std::expected<Gs2, std::string_view> take_gs2(std::string_view& message);

// saslname of RFC 5802 §7: "=2C" and "=3D" stand for "," and "="; nullopt for any other "=", a comma, NUL, or what is not UTF-8.
std::optional<std::string> decode_saslname(std::string_view text);

}  // namespace sky::sasl
