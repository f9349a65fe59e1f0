#include "sky/net/proxy_protocol.h"

#include <array>

#include "sky/base/ascii.h"

namespace sky::net {
namespace {

constexpr std::string_view signature{"\r\n\r\n\0\r\nQUIT\n", 12};
constexpr std::size_t v2_fixed = 16;     // signature, version and command, family, length
constexpr std::size_t v1_longest = 107;  // with CRLF, §2.1

using Outcome = Result<std::variant<ProxyHeader, ProxyNeedsMore>>;

std::uint8_t octet(std::string_view bytes, std::size_t at) { return static_cast<std::uint8_t>(bytes[at]); }
std::uint16_t number16(std::string_view bytes, std::size_t at) {
    return static_cast<std::uint16_t>(octet(bytes, at) << 8 | octet(bytes, at + 1));
}

std::string address_at(std::string_view bytes, std::size_t at, std::size_t size) {
    AddressBytes out{};
    if (size == 4) out[10] = out[11] = 0xff;
    for (std::size_t i = 0; i < size; ++i) out[16 - size + i] = octet(bytes, at + i);
    return address_text(out);
}

// §2.2.6: among the TLVs behind the addresses one says how the client reached the proxy. What is cut short says nothing.
bool tells_of_tls(std::string_view tlvs) {
    constexpr std::uint8_t about_tls = 0x20, client_used_it = 0x01;  // PP2_TYPE_SSL, PP2_CLIENT_SSL
    while (tlvs.size() >= 3) {
        const std::size_t size = number16(tlvs, 1);
        if (tlvs.size() - 3 < size) return false;
        if (octet(tlvs, 0) == about_tls) return size >= 5 && (octet(tlvs, 3) & client_used_it) != 0;
        tlvs.remove_prefix(3 + size);
    }
    return false;
}

Outcome parse_v2(std::string_view bytes) {
    if (bytes.size() < v2_fixed) return ProxyNeedsMore{v2_fixed - bytes.size()};
    const int version = octet(bytes, 12) >> 4, command = octet(bytes, 12) & 0x0f;
    const int family = octet(bytes, 13) >> 4, transport = octet(bytes, 13) & 0x0f;
    const std::size_t length = number16(bytes, 14);
    if (version != 2 || command > 1) return unexpected(Fault::syntax, "bad PROXY header", "version or command of PROXY v2");
    if (bytes.size() < v2_fixed + length) return ProxyNeedsMore{v2_fixed + length - bytes.size()};
    ProxyHeader out;
    out.size = v2_fixed + length;
    out.local = command == 0;
    if (out.local) return out;
    // §2.2: an unspecified or local family means that the receiver keeps the real addresses.
    if (family == 0 || family == 3) {
        out.local = true;
        return out;
    }
    const std::size_t each = family == 1 ? 4 : 16;
    if (family > 3 || transport != 1 || length < 2 * each + 4) return unexpected(Fault::syntax, "bad PROXY header", "family of PROXY v2");
    out.source = {address_at(bytes, v2_fixed, each), number16(bytes, v2_fixed + 2 * each)};
    out.destination = {address_at(bytes, v2_fixed + each, each), number16(bytes, v2_fixed + 2 * each + 2)};
    out.tls = tells_of_tls(bytes.substr(v2_fixed + 2 * each + 4, length - 2 * each - 4));
    return out;
}

bool is_of_family(std::string_view address, std::string_view protocol) {
    const bool has_colon = address.find(':') != std::string_view::npos;
    return parse_address(address) && has_colon == (protocol == "TCP6");
}

Outcome parse_v1(std::string_view bytes) {
    const auto end = bytes.substr(0, v1_longest).find("\r\n");
    if (end == std::string_view::npos) {
        if (bytes.size() >= v1_longest) return unexpected(Fault::syntax, "bad PROXY header", "PROXY v1 line too long");
        return ProxyNeedsMore{1};
    }
    ProxyHeader out;
    out.size = end + 2;
    const auto words = ascii::split(bytes.substr(0, end), ' ');
    if (words.size() >= 2 && words[1] == "UNKNOWN") {
        out.local = true;
        return out;
    }
    if (words.size() != 6 || (words[1] != "TCP4" && words[1] != "TCP6"))
        return unexpected(Fault::syntax, "bad PROXY header", "PROXY v1 words");
    const auto source_port = ascii::number(words[4], 65535), destination_port = ascii::number(words[5], 65535);
    if (!is_of_family(words[2], words[1]) || !is_of_family(words[3], words[1]) || !source_port || !destination_port) {
        return unexpected(Fault::syntax, "bad PROXY header", "PROXY v1 address");
    }
    out.source = {address_text(*parse_address(words[2])), static_cast<std::uint16_t>(*source_port)};
    out.destination = {address_text(*parse_address(words[3])), static_cast<std::uint16_t>(*destination_port)};
    return out;
}

void put16(std::string& out, std::size_t value) {
    out += static_cast<char>(value >> 8 & 0xff);
    out += static_cast<char>(value & 0xff);
}

}  // namespace

Outcome parse_proxy_header(std::string_view bytes) {
    constexpr std::string_view v1 = "PROXY ";
    if (bytes.empty())
        return ProxyNeedsMore{1};  // the first octet tells the version; a version 1 header may be shorter than version 2's fixed part
    if (bytes.substr(0, signature.size()) == signature.substr(0, bytes.size())) return parse_v2(bytes);
    if (bytes.substr(0, v1.size()) == v1.substr(0, bytes.size())) return parse_v1(bytes);
    return unexpected(Fault::syntax, "bad PROXY header", "connection does not begin with a PROXY header");
}

std::string write_proxy_v2(const Endpoint& source, const Endpoint& destination) {
    const auto from = parse_address(source.address), to = parse_address(destination.address);
    std::string out(signature);
    if (!from || !to) return out + std::string("\x20\x00\x00\x00", 4);  // LOCAL
    const bool v4 = is_ipv4(*from) && is_ipv4(*to);
    const std::size_t skip = v4 ? 12 : 0;
    out += '\x21';
    out += v4 ? '\x11' : '\x21';
    put16(out, 2 * (16 - skip) + 4);
    for (const auto* address : {&*from, &*to}) out.append(reinterpret_cast<const char*>(address->data()) + skip, 16 - skip);
    put16(out, source.port);
    put16(out, destination.port);
    return out;
}

}  // namespace sky::net
