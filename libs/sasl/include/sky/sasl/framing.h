#pragma once
// The gateway's half of SASL: between the lines of IMAP, POP3, SMTP and ManageSieve and the octets that auth's state machine speaks.
// All of them frame alike: base64, "=" for an empty initial response, "*" to cancel. Nothing here knows a mechanism.
#include <optional>
#include <string>
#include <string_view>

#include "sky/base/result.h"
#include "sky/sasl/connection.h"

namespace sky::sasl {

// Longest line of an exchange, without its line end (RFC 4954 §4: 12,288 octets with it).
inline constexpr std::size_t max_line = 12286;

// The initial response as it stood behind the mechanism's name, nullopt where there was none: "=" is an initial response of no octets,
// which a mechanism tells from a missing one. RFC 4954 §4, RFC 5034 §4, RFC 9051 §6.2.2. Fault::syntax for what is not base64 or is
// empty, Fault::too_large beyond max_line.
Result<std::optional<std::string>> decode_initial(std::optional<std::string_view> wire);

// A line that answers a challenge; "*" is Fault::syntax with the text "authentication cancelled", after which the dialogue is dropped.
Result<std::string> decode_response(std::string_view line);

// A challenge for the wire, to stand behind "+ " or "334 ".
std::string encode_challenge(std::string_view octets);

}  // namespace sky::sasl
