#pragma once
// What a connection can prove by itself, and which mechanisms it may therefore be offered. Both halves of SASL read this: the gateway
// advertises from it, auth refuses by it.
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sky::sasl {

// Channel binding data of the client's TLS connection. `type` is the IANA name: "tls-exporter" (RFC 9266 §2, 32 octets) or
// "tls-server-end-point" (RFC 5929 §4, the hash of the server's certificate).
struct ChannelBinding {
    std::string type;
    std::string data;
};

// A type that this library binds to, with data. Any other in a connection is as if it were not there.
bool is_usable(const ChannelBinding& binding);

struct Connection {
    enum class Transport { plain, tls };
    enum class Certificate { none, verified };
    Transport transport = Transport::plain;
    std::vector<ChannelBinding> bindings;
    Certificate certificate = Certificate::none;  // of the client
};

// The names of `enabled` (in upper case, any order) that this connection may use, best first. Without TLS nothing; -PLUS only where
// a binding is known; EXTERNAL only with the client's certificate. Names that this library does not know are left out.
std::vector<std::string_view> offered(std::span<const std::string_view> enabled, const Connection& connection);

// Every mechanism there is, best first.
std::span<const std::string_view> all_mechanisms();

}  // namespace sky::sasl
