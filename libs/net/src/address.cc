#include "sky/net/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>

#include "sky/base/ascii.h"

namespace sky::net {
namespace {

constexpr std::uint8_t mapped_prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool same_prefix(const AddressBytes& a, const AddressBytes& b, int bits) {
    const auto whole = static_cast<std::size_t>(bits / 8);
    if (std::memcmp(a.data(), b.data(), whole) != 0) return false;
    if (bits % 8 == 0) return true;
    const int mask = 0xff << (8 - bits % 8) & 0xff;
    return (a[whole] & mask) == (b[whole] & mask);
}

}  // namespace

std::string Endpoint::text() const {
    const bool v6 = address.find(':') != std::string::npos;
    return (v6 ? "[" + address + "]" : address) + ":" + std::to_string(port);
}

std::optional<AddressBytes> parse_address(std::string_view text) {
    if (text.size() > INET6_ADDRSTRLEN || text.find('\0') != std::string_view::npos) return std::nullopt;
    const std::string terminated(text);
    AddressBytes out{};
    if (inet_pton(AF_INET, terminated.c_str(), out.data() + 12) == 1) {
        std::memcpy(out.data(), mapped_prefix, 12);
        return out;
    }
    if (inet_pton(AF_INET6, terminated.c_str(), out.data()) == 1) return out;
    return std::nullopt;
}

bool is_ipv4(const AddressBytes& bytes) { return std::memcmp(bytes.data(), mapped_prefix, 12) == 0; }

std::string address_text(const AddressBytes& bytes) {
    char out[INET6_ADDRSTRLEN]{};
    const bool v4 = is_ipv4(bytes);
    inet_ntop(v4 ? AF_INET : AF_INET6, v4 ? bytes.data() + 12 : bytes.data(), out, sizeof out);
    return out;
}

std::optional<Network> Network::parse(std::string_view text) {
    const auto slash = text.find('/');
    const auto address = parse_address(text.substr(0, slash));
    if (!address) return std::nullopt;
    const bool v4 = text.substr(0, slash).find(':') == std::string_view::npos;
    Network out;
    out.bytes_ = *address;
    out.bits_ = 128;
    if (slash != std::string_view::npos) {
        const auto bits = ascii::number(text.substr(slash + 1), v4 ? 32 : 128);
        if (!bits) return std::nullopt;
        out.bits_ = static_cast<int>(*bits) + (v4 ? 96 : 0);
    }
    return out;
}

bool Network::contains(std::string_view address) const {
    const auto bytes = parse_address(address);
    return bytes && same_prefix(*bytes, bytes_, bits_);
}

Result<std::vector<Network>> parse_networks(std::string_view list) {
    std::vector<Network> out;
    for (const auto part : ascii::split(list, ',')) {
        const auto text = ascii::trim(part);
        if (text.empty()) continue;
        const auto network = Network::parse(text);
        if (!network) return unexpected(Fault::syntax, "not a network: " + ascii::printable(text));
        out.push_back(*network);
    }
    return out;
}

bool contains(const std::vector<Network>& networks, std::string_view address) {
    return std::any_of(networks.begin(), networks.end(), [address](const Network& network) { return network.contains(address); });
}

bool is_public(std::string_view address) {
    static const auto special =
        parse_networks(
            "0.0.0.0/8, 10.0.0.0/8, 100.64.0.0/10, 127.0.0.0/8, 169.254.0.0/16, 172.16.0.0/12, 192.0.0.0/24, 192.0.2.0/24, "
            "192.88.99.0/24, 192.168.0.0/16, 198.18.0.0/15, 198.51.100.0/24, 203.0.113.0/24, 224.0.0.0/3, "
            "2001::/23, 2001:db8::/32, 2002::/16")
            .value();
    static const auto global = parse_networks("2000::/3").value();  // all of IPv6 that is given out (RFC 4291 §2.4)
    const auto bytes = parse_address(address);
    if (!bytes || contains(special, address_text(*bytes))) return false;
    return is_ipv4(*bytes) || contains(global, address_text(*bytes));
}

std::string limit_key(std::string_view address) {
    auto bytes = parse_address(address);
    if (!bytes) return std::string(address);
    if (is_ipv4(*bytes)) return address_text(*bytes);
    std::fill(bytes->begin() + 8, bytes->end(), std::uint8_t{0});
    return address_text(*bytes) + "/64";
}

std::optional<HostPort> parse_host_port(std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos || colon == 0) return std::nullopt;
    auto host = text.substr(0, colon);
    const auto port = ascii::number(text.substr(colon + 1), 65535);
    if (!port || *port == 0) return std::nullopt;
    if (host.starts_with('[')) {
        if (!host.ends_with(']') || host.size() < 4) return std::nullopt;
        host = host.substr(1, host.size() - 2);
    } else if (host.find(':') != std::string_view::npos) {
        return std::nullopt;  // an IPv6 address needs its brackets
    }
    return HostPort{std::string(host), static_cast<std::uint16_t>(*port)};
}

}  // namespace sky::net
