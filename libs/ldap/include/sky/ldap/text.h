#pragma once
// What strangers write, as it may stand in filters and distinguished names. Pure.
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "sky/base/result.h"

namespace sky::ldap {

// The octets as an assertion value of a filter (RFC 4515 §3): whatever could end it, or is no plain ASCII, becomes \xx.
std::string filter_value(std::string_view octets);

// The text as the value of an attribute in a distinguished name (RFC 4514 §2.4).
std::string dn_value(std::string_view text);

// The same name in one spelling, for comparing: as RFC 4514 writes it, in lower case. What is no name stays, in lower case.
std::string normal_dn(std::string_view dn);

// One placeholder of a filter, and the octets that stand for it.
struct Placeholder {
    std::string_view name;  // "address": written {address}
    std::string value;      // as it is put in: from filter_value()
};

// The filter with its placeholders replaced. Fault::syntax for one that is not among these, and for a filter that is not one pair of
// parentheses with all within it balanced; the text may be shown.
Result<std::string> expand_filter(std::string_view filter, std::span<const Placeholder> placeholders);

}  // namespace sky::ldap
