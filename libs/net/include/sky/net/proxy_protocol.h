#pragma once
// The PROXY protocol, versions 1 and 2 (haproxy's doc/proxy-protocol.txt), as bytes in and values out.
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "sky/net/address.h"

namespace sky::net {

struct ProxyHeader {
    bool local = false;  // LOCAL or UNKNOWN: a health check of the proxy itself; keep the socket's addresses
    Endpoint source, destination;
    bool tls = false;      // the client reached the proxy under TLS (PP2_CLIENT_SSL, §2.2.6)
    std::size_t size = 0;  // octets of the header
};

struct ProxyNeedsMore {
    std::size_t at_least = 1;  // octets still missing
};

// Looks at the beginning of a connection. Never asks for more than 65,551 octets. Fault::syntax when it is no PROXY header.
Result<std::variant<ProxyHeader, ProxyNeedsMore>> parse_proxy_header(std::string_view bytes);

// A version 2 header for our own connections and tests.
std::string write_proxy_v2(const Endpoint& source, const Endpoint& destination);

}  // namespace sky::net
