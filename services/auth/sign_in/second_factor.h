#pragma once
// Time-based one-time passwords (RFC 6238: SHA-1, 30 s, 6 digits, what every authenticator app does) and recovery codes. Pure.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sky/base/clock.h"

namespace sky::auth {

// Octets of a shared secret, as RFC 4226 §4 wants them for SHA-1.
inline constexpr std::size_t totp_secret_size = 20;
inline constexpr int recovery_codes = 10;

// The code of a time step (RFC 4226 §5.3).
std::string totp(std::string_view secret, std::int64_t step);
std::int64_t totp_step_at(Time time);
// The step that the code is of: now, the one before or the one after (RFC 6238 §5.2); never one up to `last`, whose codes are spent.
std::optional<std::int64_t> proved_step(std::string_view secret, std::string_view code, Time now, std::int64_t last);

bool looks_like_totp(std::string_view code);  // six digits

std::string base32_encode(std::string_view octets);  // RFC 4648 §6, without padding, as the apps want it typed
// What the apps read from a QR code.
std::string otpauth_uri(std::string_view issuer, std::string_view address, std::string_view secret);

// For people to type: groups of lower-case letters and digits that look like nothing else, 4.95 bits each.
std::string readable_secret(int groups, int size);
// A recovery code without the hyphens, spaces and capitals that people add.
std::string plain_recovery_code(std::string_view text);

}  // namespace sky::auth
