#pragma once
// URIs that matter to OAuth: where browsers are sent, what tokens are for, who we are. Pure.
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sky::auth::oauth {

inline constexpr std::size_t longest_uri = 2048;

// RFC 3986 §3, for URIs of programs: printable ASCII, a scheme. host and port are of what has an authority ("//"); nothing is decoded.
struct Uri {
    std::string scheme;  // lower case
    bool has_authority = false;
    bool has_userinfo = false;
    std::string host;  // lower case; of IPv6 with its brackets
    std::string port;  // as it stands; empty: none
    std::string rest;  // path and query
    bool has_fragment = false;
};
std::optional<Uri> parse_uri(std::string_view text);

// 127.0.0.1 and [::1], whatever the port.
bool is_loopback(const Uri& uri);

// What may be registered (RFC 6749 §3.1.2, RFC 8252 §7): https; http only to this very machine; a scheme of the program's own, which has a
// dot in it. Never a fragment, user information, or a wildcard.
enum class Kind { confidential, open };
bool may_be_registered(std::string_view redirect_uri, Kind kind);

// Octet by octet (OAuth 2.1, RFC 9700 §4.1.3); only the port of a loopback address is the program's to choose (RFC 8252 §7.3).
bool redirect_matches(std::string_view registered, std::string_view asked);

// The URI with parameters added to its query.
std::string with_parameters(std::string uri, const std::vector<std::pair<std::string, std::string>>& parameters);

// What people are told of where they go: the host, or the scheme of a program.
std::string place_of(std::string_view redirect_uri);

// RFC 8707 §2: absolute, without a fragment; here only https and http to loopback.
bool is_resource(std::string_view text);

// RFC 8414 §2: https without query or fragment, and without a slash at the end; http only of this very machine.
bool is_issuer(std::string_view text);

}  // namespace sky::auth::oauth
