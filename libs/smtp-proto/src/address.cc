#include "sky/smtp-proto/address.h"

#include <arpa/inet.h>

#include <algorithm>

#include "scan.h"

namespace sky::smtp {
namespace {
std::unexpected<Error> bad(std::string reason) { return unexpected(Fault::syntax, "bad address syntax", std::move(reason)); }

// RFC 5321 §4.1.2 Quoted-string; takes it from the front and returns its meaning.
Result<std::string> take_quoted(std::string_view& text) {
    std::string local;
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] == '"') {
            text.remove_prefix(i + 1);
            return local;
        }
        if (text[i] == '\\' && ++i == text.size()) break;
        if (text[i] < 32 || text[i] > 126) return bad("control or 8-bit octet in a quoted local part");
        local += text[i];
    }
    return bad("unterminated quoted local part");
}

// A Dot-string. Empty atoms ("a..b", ".a") are refused: RFC 5321 has no such form and two servers would read it in two ways.
Result<std::string> take_dots(std::string_view& text) {
    std::size_t length = 0;
    while (length < text.size() && (is_atext(text[length]) || text[length] == '.')) ++length;
    std::string local(text.substr(0, length));
    if (local.empty()) return bad("empty local part");
    if (local.front() == '.' || local.back() == '.' || local.find("..") != std::string::npos) return bad("misplaced dot in local part");
    text.remove_prefix(length);
    return local;
}

Result<std::string> take_local(std::string_view& text) {
    auto local = text.starts_with('"') ? take_quoted(text) : take_dots(text);
    if (local && local->size() > max_local_part) return bad("local part too long");
    return local;
}

Result<std::string> take_domain(std::string_view& text) {
    std::size_t length = 0;
    if (text.starts_with('[')) {
        const auto close = text.find(']');
        if (close == std::string_view::npos || !is_address_literal(text.substr(0, close + 1))) return bad("bad address literal");
        length = close + 1;
    } else {
        while (length < text.size() && (ascii::is_alnum(text[length]) || text[length] == '-' || text[length] == '_' || text[length] == '.'))
            ++length;
        if (!is_domain(text.substr(0, length))) return bad("bad domain");
    }
    std::string domain = ascii::to_lower(text.substr(0, length));
    text.remove_prefix(length);
    return domain;
}

Result<Address> take_address(std::string_view& text) {
    auto local = take_local(text);
    if (!local) return forward(local);
    if (!take(text, "@")) return bad("no domain");
    auto domain = take_domain(text);
    if (!domain) return forward(domain);
    return Address{std::move(*local), std::move(*domain)};
}

// A-d-l ":" of RFC 5321 §4.1.2.
Result<bool> drop_route(std::string_view& text) {
    if (!text.starts_with('@')) return false;
    do {
        if (!take(text, "@")) return bad("bad source route");
        if (auto domain = take_domain(text); !domain) return forward(domain);
    } while (take(text, ","));
    if (!take(text, ":")) return bad("bad source route");
    return true;
}

Result<Path> take_path(std::string_view& text) {
    const auto whole = text;
    if (!take(text, "<")) return bad("no opening bracket");
    if (take(text, ">")) return Path{};
    if (auto route = drop_route(text); !route) return forward(route);
    auto address = take_address(text);
    if (!address) return forward(address);
    if (!take(text, ">")) return bad("no closing bracket");
    if (whole.size() - text.size() > max_path + 2) return bad("path too long");
    return Path{std::move(*address)};
}
}  // namespace

bool is_domain(std::string_view text) {
    if (text.empty() || text.size() > max_domain) return false;
    return std::ranges::all_of(ascii::split(text, '.'), [](std::string_view label) {
        return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
               std::ranges::all_of(label, [](char c) { return ascii::is_alnum(c) || c == '-' || c == '_'; });
    });
}

bool is_address_literal(std::string_view text) {
    if (text.size() < 3 || text.size() > 64 || text.front() != '[' || text.back() != ']') return false;
    text = text.substr(1, text.size() - 2);
    const int family = take(text, "IPv6:") ? AF_INET6 : AF_INET;
    unsigned char octets[16];
    return text.find('\0') == std::string_view::npos && inet_pton(family, std::string(text).c_str(), octets) == 1;
}

Result<Address> parse_address(std::string_view text) {
    auto address = take_address(text);
    if (address && !text.empty()) return bad("octets behind the address");
    return address;
}

Result<Path> parse_reverse_path(std::string_view& text) { return take_path(text); }

Result<Address> parse_forward_path(std::string_view& text) {
    if (take(text, "<postmaster>")) return Address{"postmaster", ""};
    auto path = take_path(text);
    if (!path) return forward(path);
    if (!*path) return bad("null path as recipient");
    return std::move(**path);
}

std::string print(const Address& address) {
    std::string_view rest = address.local;
    std::string out;
    if (const auto plain = take_dots(rest); plain && rest.empty()) {
        out = address.local;
    } else {
        out = "\"";
        for (const char c : address.local) {
            if (c == '"' || c == '\\') out += '\\';
            out += c;
        }
        out += '"';
    }
    return address.domain.empty() ? out : out + "@" + address.domain;
}

std::string print(const Path& path) { return path ? "<" + print(*path) + ">" : "<>"; }

}  // namespace sky::smtp
