#pragma once
// Where a directory listens, as a URL says it (RFC 4516 §2): scheme, host and port, nothing behind them. Pure.
#include <cstdint>
#include <string>
#include <string_view>

#include "sky/base/result.h"

namespace sky::ldap {

// How TLS begins. There is no server without it: passwords go there.
enum class Tls {
    at_once,    // ldaps://, port 636
    start_tls,  // ldap://, port 389 (RFC 4511 §4.14)
};

struct Server {
    std::string host;  // a name, or an address without brackets
    std::uint16_t port = 0;
    Tls tls = Tls::at_once;
    std::string text() const;  // "ldaps://dc1.example.com:636"
    bool operator==(const Server&) const = default;
};

// Fault::syntax with a text that may be shown.
Result<Server> parse_server(std::string_view url);

}  // namespace sky::ldap
