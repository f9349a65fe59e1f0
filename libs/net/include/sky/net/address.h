#pragma once
// IP addresses as the rest of the house sees them: canonical text (IPv4-mapped IPv6 becomes IPv4), ports, networks.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sky/base/result.h"

namespace sky::net {

struct Endpoint {
    std::string address;  // "192.0.2.1" or "2001:db8::1"; empty when unknown
    std::uint16_t port = 0;
    std::string text() const;  // "192.0.2.1:25", "[2001:db8::1]:25"
    bool operator==(const Endpoint&) const = default;
};

// 16 octets; IPv4 as ::ffff:a.b.c.d.
using AddressBytes = std::array<std::uint8_t, 16>;
std::optional<AddressBytes> parse_address(std::string_view text);  // no scope ids, no brackets
std::string address_text(const AddressBytes& bytes);
bool is_ipv4(const AddressBytes& bytes);

// "10.0.0.0/8", "2001:db8::/32", or one address.
class Network {
  public:
    static std::optional<Network> parse(std::string_view text);
    bool contains(std::string_view address) const;  // false for what is no address

  private:
    AddressBytes bytes_{};
    int bits_ = 0;  // of 128
};

// Comma-separated; the error names the part that is wrong.
Result<std::vector<Network>> parse_networks(std::string_view list);
bool contains(const std::vector<Network>& networks, std::string_view address);

// Reachable from anywhere by the rules of the Internet (RFC 6890 §2.2): not this machine, not a private or shared network, not a link, no
// group, and no address that carries another one inside it. False for what is no address.
bool is_public(std::string_view address);

// What limits count by: the /32 of an IPv4 address, the /64 of an IPv6 address. What is no address is its own key.
std::string limit_key(std::string_view address);

// "host:port", "[::1]:port"; the port is required.
struct HostPort {
    std::string host;
    std::uint16_t port = 0;
};
std::optional<HostPort> parse_host_port(std::string_view text);

}  // namespace sky::net
