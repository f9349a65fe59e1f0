#pragma once
// Domain names in wire form (RFC 1035 §3.1) without compression.
#include <optional>
#include <string>
#include <string_view>

namespace sky::dns {

// Takes one name off the front of `wire`; empty when it is broken, compressed or longer than 255 octets.
std::optional<std::string> take_name(std::string_view& wire);

// Whether this can be asked for: labels of 1 … 63 visible ASCII octets, at most 253 in all. "" and "." are the root.
bool can_be_asked(std::string_view name);

}  // namespace sky::dns
