#pragma once
// Records as values: parsed from the wire form of their data, without name compression, as libunbound hands it out.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "sky/base/result.h"

namespace sky::dns {

enum class Type : std::uint16_t { a = 1, ns = 2, cname = 5, ptr = 12, mx = 15, txt = 16, aaaa = 28, srv = 33, tlsa = 52, caa = 257 };

// "MX"; empty for a type that is none of these.
std::string_view type_name(Type type);
std::optional<Type> type_of(std::string_view name);  // in any case

// Names are lower case without a trailing dot; the root is ".". Octets that a host name does not have stand as \DDD, a dot within a label
// as
// "\.", as in zone files (RFC 1035 §5.1).
struct Address {  // A, AAAA
    std::string text;
    bool operator==(const Address&) const = default;
};
struct Host {  // CNAME, NS, PTR
    std::string name;
    bool operator==(const Host&) const = default;
};
struct Mx {
    std::uint16_t preference = 0;
    std::string exchange;  // "." says that the domain takes no mail (RFC 7505 §3)
    bool operator==(const Mx&) const = default;
};
struct Txt {
    std::string text;  // the strings of one record joined without a space (RFC 7208 §3.3); any octets
    bool operator==(const Txt&) const = default;
};
struct Srv {
    std::uint16_t priority = 0, weight = 0, port = 0;
    std::string target;  // "." says that the service is not offered (RFC 2782)
    bool operator==(const Srv&) const = default;
};
struct Tlsa {
    std::uint8_t usage = 0, selector = 0, matching = 0;
    std::string data;  // octets
    bool operator==(const Tlsa&) const = default;
};
struct Caa {
    std::uint8_t flags = 0;
    std::string tag;  // lower case
    std::string value;
    bool operator==(const Caa&) const = default;
};
using Data = std::variant<Address, Host, Mx, Txt, Srv, Tlsa, Caa>;

// Fault::corrupt for data that its type does not have: too short, too long, a broken name.
Result<Data> parse_data(Type type, std::string_view wire);

// As people and zone files write it, names with their trailing dot, a text as one quoted string however long: `10 mx.example.test.`
std::string text(const Data& data);

// "4.3.2.1.in-addr.arpa" for "1.2.3.4"; empty for what is no address.
std::optional<std::string> reverse_name(std::string_view address);

}  // namespace sky::dns
