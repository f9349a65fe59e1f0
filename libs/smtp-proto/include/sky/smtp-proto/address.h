#pragma once
// Addresses and paths of the envelope (RFC 5321 §4.1.2), with the limits of §4.5.3.1. ASCII only: SMTPUTF8 is not offered yet.
#include <optional>
#include <string>
#include <string_view>

#include "sky/base/result.h"

namespace sky::smtp {

inline constexpr std::size_t max_local_part = 64;
inline constexpr std::size_t max_domain = 255;
inline constexpr std::size_t max_path = 256;

// `local` is the meaning, without quotes and backslashes, its case kept; `domain` is lower case, or an address literal "[192.0.2.1]".
// A domain may be empty in one case only: RCPT TO:<Postmaster> (RFC 5321 §4.1.1.3).
struct Address {
    std::string local;
    std::string domain;
    bool operator==(const Address&) const = default;
};

// No address is the null path "<>".
using Path = std::optional<Address>;

// All of `text` is one Mailbox of the grammar: local@domain, no angle brackets.
Result<Address> parse_address(std::string_view text);

// Takes a path with its angle brackets from the front of `text`. A source route ("@a,@b:") is checked, then dropped (RFC 5321 §4.1.1.3,
// appendix C). parse_reverse_path allows "<>", parse_forward_path allows "<Postmaster>".
Result<Path> parse_reverse_path(std::string_view& text);
Result<Address> parse_forward_path(std::string_view& text);

// The domain of an EHLO or an address: labels of letters, digits, hyphens (inner), underscores (seen in the field), at most 63 octets each.
bool is_domain(std::string_view text);
// "[192.0.2.1]", "[IPv6:2001:db8::1]"; other tags are refused.
bool is_address_literal(std::string_view text);

// As it goes on the wire, local part quoted where it must be.
std::string print(const Address& address);
std::string print(const Path& path);  // with angle brackets

}  // namespace sky::smtp
