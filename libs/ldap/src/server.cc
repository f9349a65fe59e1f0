#include "sky/ldap/server.h"

#include <algorithm>

#include "sky/base/ascii.h"
#include "sky/net/address.h"

namespace sky::ldap {
namespace {
constexpr std::size_t longest_host = 253;

bool is_host(std::string_view host) {
    if (net::parse_address(host)) return true;
    return !host.empty() && host.size() <= longest_host && !host.starts_with('.') && !host.starts_with('-') &&
           std::ranges::all_of(host, [](char c) { return ascii::is_alnum(c) || c == '-' || c == '.'; });
}
}  // namespace

std::string Server::text() const {
    return (tls == Tls::at_once ? "ldaps://" : "ldap://") + (host.contains(':') ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Result<Server> parse_server(std::string_view url) {
    Server out;
    if (ascii::starts_ignoring_case(url, "ldaps://")) {
        out.port = 636;
        url.remove_prefix(8);
    } else if (ascii::starts_ignoring_case(url, "ldap://")) {
        out.tls = Tls::start_tls;
        out.port = 389;
        url.remove_prefix(7);
    } else {
        return unexpected(Fault::syntax, "the URL of a directory begins with ldaps:// or ldap://");
    }
    if (url.ends_with('/')) url.remove_suffix(1);
    if (const auto with_port = net::parse_host_port(url)) {
        out.host = ascii::to_lower(with_port->host);
        out.port = with_port->port;
    } else if (url.starts_with('[') && url.ends_with(']')) {
        out.host = ascii::to_lower(url.substr(1, url.size() - 2));
    } else {
        out.host = ascii::to_lower(url);
    }
    if (!is_host(out.host) || out.port == 0)
        return unexpected(Fault::syntax, "the URL of a directory is its host and at most a port: ldaps://dc1.example.com:636");
    return out;
}

}  // namespace sky::ldap
