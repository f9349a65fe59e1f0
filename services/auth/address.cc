#include "auth/address.h"

#include <algorithm>

#include "sky/base/ascii.h"
#include "sky/idn/domain.h"
#include "sky/idn/local.h"
#include "sky/idn/suffix.h"

namespace sky::auth {
namespace {
constexpr std::size_t longest_local = 64, longest_domain = 255, longest_label = 63;

// RFC 5322 §3.2.3 atext, and UTF-8 beyond ASCII (RFC 6531 §3.3).
bool is_atext(char c) {
    const bool special = std::string_view("!#$%&'*+-/=?^_`{|}~").contains(c);
    return ascii::is_alnum(c) || special || static_cast<unsigned char>(c) >= 0x80;
}

bool is_dot_string(std::string_view text) {
    const auto parts = ascii::split(text, '.');
    return std::ranges::all_of(parts, [](std::string_view part) { return !part.empty() && std::ranges::all_of(part, is_atext); });
}

// The content of a quoted string without its quotes and backslashes; empty if it is none (RFC 5321 §4.1.2 Quoted-string).
std::optional<std::string> unquote(std::string_view text) {
    if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::nullopt;
    std::string content;
    for (std::size_t i = 1; i + 1 < text.size(); ++i) {
        if (text[i] == '\\' && ++i + 1 == text.size())
            return std::nullopt;
        else if (text[i] == '"' && text[i - 1] != '\\')
            return std::nullopt;
        const auto octet = static_cast<unsigned char>(text[i]);
        if (octet < 32 || octet == 127) return std::nullopt;
        content.push_back(text[i]);
    }
    return content;
}

std::string quote(std::string_view content) {
    std::string out = "\"";
    for (char c : content) {
        if (c == '"' || c == '\\') out.push_back('\\');
        out.push_back(c);
    }
    return out + '"';
}

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool has_encoded_label(std::string_view text) {
    return std::ranges::any_of(ascii::split(text, '.'), [](std::string_view label) { return ascii::starts_ignoring_case(label, "xn--"); });
}

bool is_label(std::string_view label) {
    if (label.empty() || label.size() > longest_label || label.front() == '-' || label.back() == '-') return false;
    return std::ranges::all_of(label, [](char c) { return ascii::is_alnum(c) || c == '-'; });
}
}  // namespace

std::optional<std::string> normalise_domain(std::string_view text) {
    if (!is_ascii(text)) {
        const auto converted = idn::to_ascii(text);
        return converted ? normalise_domain(*converted) : std::nullopt;
    }
    if (text.ends_with('.')) text.remove_suffix(1);
    if (text.size() > longest_domain) return std::nullopt;
    const auto labels = ascii::split(text, '.');
    if (labels.size() < 2 || !std::ranges::all_of(labels, is_label)) return std::nullopt;
    // All digits at the end would be an IPv4 address (RFC 1123 §2.1).
    if (std::ranges::all_of(labels.back(), ascii::is_digit)) return std::nullopt;
    return ascii::to_lower(text);
}

Result<std::string> hosted_domain(std::string_view text) {
    std::string name = ascii::to_lower(text.ends_with('.') ? text.substr(0, text.size() - 1) : text);
    if (!is_ascii(text) || has_encoded_label(text)) {
        auto converted = idn::to_ascii(text);
        if (!converted)
            return unexpected(Fault::syntax, "this is not a domain name: " + converted.error().text, std::move(converted.error().reason));
        name = std::move(*converted);
    }
    if (!is_label(name) && !normalise_domain(name)) return unexpected(Fault::syntax, "this is not a domain name");
    if (auto owned = idn::check_registrable(name); !owned) return forward(owned);
    return name;
}

std::optional<Address> parse_address(std::string_view text) {
    const auto at = text.rfind('@');
    if (at == std::string_view::npos || !ascii::is_utf8(text)) return std::nullopt;
    auto local = text.substr(0, at);
    auto domain = text.substr(at + 1);
    if (domain.ends_with('.')) domain.remove_suffix(1);
    if (local.empty() || local.size() > longest_local || domain.empty() || domain.size() > longest_domain) return std::nullopt;
    const bool literal = domain.front() == '[' && domain.back() == ']';
    const bool named = std::ranges::all_of(
        domain, [](char c) { return ascii::is_alnum(c) || c == '-' || c == '.' || static_cast<unsigned char>(c) >= 0x80; });
    if (!literal && !named) return std::nullopt;
    std::string name = ascii::to_lower(domain);
    if (!is_ascii(domain)) {
        auto converted = idn::to_ascii(domain);
        if (!converted) return std::nullopt;
        name = std::move(*converted);
    }
    std::string plain(local);
    if (!is_dot_string(local)) {
        auto content = unquote(local);
        if (!content) return std::nullopt;
        plain = std::move(*content);
    }
    // Folding can make ASCII of what was not (U+037E becomes a semicolon): the grammar is looked at again, and so is the length.
    plain = idn::normalise_local(plain).value_or(plain);
    if (!is_dot_string(plain)) plain = quote(plain);
    if (plain.size() > longest_local + 2) return std::nullopt;
    return Address{std::move(plain), std::move(name)};
}

std::optional<Address> parse_plain_address(std::string_view text) {
    auto address = parse_address(text);
    if (!address || !is_dot_string(address->local) || !normalise_domain(address->domain)) return std::nullopt;
    if (address->local.size() > longest_local || !idn::normalise_local(address->local)) return std::nullopt;
    return address;
}

bool is_duty_address(const Address& address) { return address.local == "postmaster" || address.local == "abuse"; }

}  // namespace sky::auth
