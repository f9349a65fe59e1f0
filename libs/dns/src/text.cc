// Records as zone files write them, and names of addresses.
#include <fmt/format.h>

#include "sky/base/encode.h"
#include "sky/dns/record.h"
#include "sky/net/address.h"

namespace sky::dns {
namespace {
std::string absolute(const std::string& name) { return name == "." ? name : name + "."; }

std::string quoted(std::string_view octets) {
    std::string out = "\"";
    for (char c : octets) {
        if (c == '"' || c == '\\')
            out += {'\\', c};
        else if (c >= ' ' && c < 127)
            out += c;
        else
            out += fmt::format("\\{:03}", static_cast<unsigned char>(c));
    }
    return out + '"';
}

struct Write {
    std::string operator()(const Address& data) const { return data.text; }
    std::string operator()(const Host& data) const { return absolute(data.name); }
    std::string operator()(const Mx& data) const { return fmt::format("{} {}", data.preference, absolute(data.exchange)); }
    std::string operator()(const Txt& data) const { return quoted(data.text); }
    std::string operator()(const Srv& data) const {
        return fmt::format("{} {} {} {}", data.priority, data.weight, data.port, absolute(data.target));
    }
    std::string operator()(const Tlsa& data) const {
        return fmt::format("{} {} {} {}", data.usage, data.selector, data.matching, hex_encode(data.data));
    }
    std::string operator()(const Caa& data) const { return fmt::format("{} {} {}", data.flags, data.tag, quoted(data.value)); }
};
}  // namespace

std::string text(const Data& data) { return std::visit(Write{}, data); }

std::optional<std::string> reverse_name(std::string_view address) {
    const auto bytes = net::parse_address(address);
    if (!bytes) return std::nullopt;
    if (net::is_ipv4(*bytes)) {
        const auto& b = *bytes;
        return fmt::format("{}.{}.{}.{}.in-addr.arpa", b[15], b[14], b[13], b[12]);
    }
    std::string out;
    for (auto octet = bytes->rbegin(); octet != bytes->rend(); ++octet) out += fmt::format("{:x}.{:x}.", *octet & 15, *octet >> 4);
    return out + "ip6.arpa";
}

}  // namespace sky::dns
