#include "scram_message.h"

#include <algorithm>

#include "mechanism.h"
#include "sky/base/ascii.h"
#include "sky/base/encode.h"
#include "sky/sasl/saslprep.h"

namespace sky::sasl {
namespace {
constexpr std::size_t max_client_nonce = 256;

// attr-val = ALPHA "=" value, value not empty. "m" would demand an extension that this server does not know.
std::string_view fault_of_extension(std::string_view attribute) {
    if (attribute.starts_with("m=")) return "extensions-not-supported";
    const bool well_formed = attribute.size() > 2 && ascii::is_alpha(attribute[0]) && attribute[1] == '=';
    return well_formed ? std::string_view{} : "other-error";
}

bool is_sane(std::string_view message) {
    return message.size() <= max_scram_message && message.find('\0') == std::string_view::npos && ascii::is_utf8(message);
}
}  // namespace

bool is_nonce(std::string_view text, std::size_t least, std::size_t most) {
    return text.size() >= least && text.size() <= most && std::ranges::all_of(text, [](char c) { return c > ' ' && c < 127 && c != ','; });
}

std::expected<ClientFirst, std::string_view> parse_client_first(std::string_view message) {
    if (!is_sane(message)) return std::unexpected("invalid-encoding");
    auto gs2 = take_gs2(message);
    if (!gs2) return std::unexpected(gs2.error());
    ClientFirst out{.gs2 = std::move(*gs2), .bare = std::string(message)};
    const auto attributes = ascii::split(message, ',');
    if (attributes[0].starts_with("m=")) return std::unexpected("extensions-not-supported");
    if (attributes.size() < 2 || !attributes[0].starts_with("n=") || !attributes[1].starts_with("r="))
        return std::unexpected("other-error");
    // RFC 5802 §5.1: "=" before anything but 2C and 3D is a failure, and the name is prepared as a query.
    const auto decoded = decode_saslname(attributes[0].substr(2));
    auto username = decoded ? saslprep(*decoded, Prepared::query) : std::nullopt;
    if (!username || username->empty() || username->size() > max_name) return std::unexpected("invalid-username-encoding");
    const auto nonce = attributes[1].substr(2);
    if (!is_nonce(nonce, 1, max_client_nonce)) return std::unexpected("other-error");
    for (const auto extension : std::span(attributes).subspan(2))
        if (const auto fault = fault_of_extension(extension); !fault.empty()) return std::unexpected(fault);
    out.username = std::move(*username);
    out.nonce = nonce;
    return out;
}

std::expected<ClientFinal, std::string_view> parse_client_final(std::string_view message) {
    if (!is_sane(message)) return std::unexpected("invalid-encoding");
    const auto attributes = ascii::split(message, ',');
    if (attributes.size() < 3 || !attributes[0].starts_with("c=") || !attributes[1].starts_with("r=") ||
        !attributes.back().starts_with("p="))
        return std::unexpected("other-error");
    for (const auto extension : std::span(attributes).subspan(2, attributes.size() - 3))
        if (const auto fault = fault_of_extension(extension); !fault.empty()) return std::unexpected(fault);
    auto binding = base64_decode(attributes[0].substr(2));
    auto proof = base64_decode(attributes.back().substr(2));
    if (!binding || !proof) return std::unexpected("invalid-encoding");
    return ClientFinal{std::move(*binding), std::string(attributes[1].substr(2)), std::move(*proof),
                       std::string(message.substr(0, message.size() - attributes.back().size() - 1))};
}

}  // namespace sky::sasl
