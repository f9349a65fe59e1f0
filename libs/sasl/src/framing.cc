#include "sky/sasl/framing.h"

#include "sky/base/encode.h"

namespace sky::sasl {
namespace {
Result<std::string> octets(std::string_view line) {
    if (line.size() > max_line) return unexpected(Fault::too_large, "authentication exchange line too long");
    auto decoded = base64_decode(line);
    if (!decoded) return unexpected(Fault::syntax, "malformed authentication response", "not base64");
    return std::move(*decoded);
}
}  // namespace

Result<std::optional<std::string>> decode_initial(std::optional<std::string_view> wire) {
    if (!wire) return std::nullopt;
    if (*wire == "=") return std::string{};
    if (wire->empty()) return unexpected(Fault::syntax, "malformed authentication response", "empty initial response without =");
    auto decoded = octets(*wire);
    if (!decoded) return forward(decoded);
    return std::move(*decoded);
}

Result<std::string> decode_response(std::string_view line) {
    if (line == "*") return unexpected(Fault::syntax, "authentication cancelled", "cancelled by the client");
    return octets(line);
}

std::string encode_challenge(std::string_view octets) { return base64_encode(octets); }

}  // namespace sky::sasl
