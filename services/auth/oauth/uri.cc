#include "auth/oauth/uri.h"

#include <algorithm>

#include "auth/oauth/form.h"
#include "sky/base/ascii.h"

namespace sky::auth::oauth {
namespace {
bool is_port(std::string_view text) { return ascii::number(text, 65535).has_value(); }

// host[:port], or [v6][:port].
bool read_authority(std::string_view authority, Uri& out) {
    if (const auto at = authority.rfind('@'); at != authority.npos) {
        out.has_userinfo = true;
        authority.remove_prefix(at + 1);
    }
    const auto end = authority.starts_with('[') ? authority.find(']') : authority.find(':');
    auto host = authority.substr(0, end);
    std::string_view behind;
    if (authority.starts_with('[')) {
        if (end == authority.npos) return false;
        host = authority.substr(0, end + 1);
        behind = authority.substr(end + 1);
    } else if (end != authority.npos) {
        behind = authority.substr(end);
    }
    if (!behind.empty()) {
        if (behind.front() != ':' || !is_port(behind.substr(1))) return false;
        out.port = behind.substr(1);
    }
    out.host = ascii::to_lower(host);
    return !out.host.empty();
}

bool is_here(const Uri& uri) { return is_loopback(uri) || uri.host == "localhost"; }
}  // namespace

std::optional<Uri> parse_uri(std::string_view text) {
    const auto is_allowed = [](char c) { return c > 32 && c < 127 && std::string_view("\"<>\\^`{|}").find(c) == std::string_view::npos; };
    if (text.empty() || text.size() > longest_uri || !std::ranges::all_of(text, is_allowed)) return std::nullopt;
    Uri out;
    const auto colon = text.find(':');
    if (colon == text.npos || colon == 0 || !ascii::is_alpha(text.front())) return std::nullopt;
    out.scheme = ascii::to_lower(text.substr(0, colon));
    const auto in_scheme = [](char c) { return ascii::is_alnum(c) || c == '+' || c == '-' || c == '.'; };
    if (!std::ranges::all_of(out.scheme, in_scheme)) return std::nullopt;
    auto rest = text.substr(colon + 1);
    if (const auto hash = rest.find('#'); hash != rest.npos) {
        out.has_fragment = true;
        rest = rest.substr(0, hash);
    }
    if (rest.starts_with("//")) {
        out.has_authority = true;
        const auto end = std::min(rest.find_first_of("/?", 2), rest.size());
        if (!read_authority(rest.substr(2, end - 2), out)) return std::nullopt;
        rest.remove_prefix(end);
    }
    out.rest = rest;
    return out;
}

bool is_loopback(const Uri& uri) { return uri.has_authority && (uri.host == "127.0.0.1" || uri.host == "[::1]"); }

bool may_be_registered(std::string_view redirect_uri, Kind kind) {
    const auto uri = parse_uri(redirect_uri);
    if (!uri || uri->has_fragment || uri->has_userinfo || redirect_uri.contains('*')) return false;
    if (uri->scheme == "https") return uri->has_authority;
    if (uri->scheme == "http") return uri->has_authority && is_here(*uri);
    return kind == Kind::open && uri->scheme.contains('.');  // RFC 8252 §7.1: a domain name in reverse
}

bool redirect_matches(std::string_view registered, std::string_view asked) {
    if (registered == asked) return true;
    const auto known = parse_uri(registered), wanted = parse_uri(asked);
    if (!known || !wanted || known->scheme != "http" || wanted->scheme != "http" || !is_loopback(*known) || !is_loopback(*wanted))
        return false;
    return !wanted->has_userinfo && !wanted->has_fragment && known->host == wanted->host && known->rest == wanted->rest;
}

std::string with_parameters(std::string uri, const std::vector<std::pair<std::string, std::string>>& parameters) {
    char before = uri.contains('?') ? '&' : '?';
    for (const auto& [name, value] : parameters) {
        if (value.empty()) continue;
        uri += before;
        uri += name + "=" + percent_encode(value);
        before = '&';
    }
    return uri;
}

std::string place_of(std::string_view redirect_uri) {
    const auto uri = parse_uri(redirect_uri);
    if (!uri) return {};
    if (uri->scheme == "http" && is_here(*uri)) return "this computer";
    return uri->has_authority && uri->scheme == "https" ? uri->host : uri->scheme;
}

bool is_resource(std::string_view text) {
    const auto uri = parse_uri(text);
    if (!uri || uri->has_fragment || uri->has_userinfo || !uri->has_authority) return false;
    return uri->scheme == "https" || (uri->scheme == "http" && is_here(*uri));
}

bool is_issuer(std::string_view text) { return is_resource(text) && !text.contains('?') && !text.ends_with('/'); }

}  // namespace sky::auth::oauth
