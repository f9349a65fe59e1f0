#include "sky/ldap/text.h"

#include <algorithm>

namespace sky::ldap {
namespace {
constexpr char digits[] = "0123456789abcdef";
constexpr std::size_t longest_filter = 4096;

void escape(std::string& out, char octet) {
    const auto value = static_cast<unsigned char>(octet);
    out += '\\';
    out += digits[value >> 4];
    out += digits[value & 15];
}

Result<void> check_parentheses(std::string_view filter) {
    const auto wrong = unexpected(Fault::syntax, "the filter is not one pair of parentheses with all in it balanced");
    if (filter.size() > longest_filter) return unexpected(Fault::too_large, "a filter has at most 4096 octets");
    if (!filter.starts_with('(') || !filter.ends_with(')')) return wrong;
    int depth = 0;
    for (std::size_t i = 0; i < filter.size(); ++i) {
        depth += filter[i] == '(' ? 1 : filter[i] == ')' ? -1 : 0;
        if (depth == 0 && i + 1 < filter.size()) return wrong;
    }
    return depth == 0 ? Result<void>() : wrong;
}
}  // namespace

std::string filter_value(std::string_view octets) {
    std::string out;
    for (const char octet : octets) {
        const bool plain = octet > ' ' && octet < 127 && octet != '*' && octet != '(' && octet != ')' && octet != '\\';
        if (plain || (octet == ' ' && !out.empty()))
            out += octet;
        else
            escape(out, octet);
    }
    return out;
}

std::string dn_value(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char octet = text[i];
        const bool at_an_end = (i == 0 && (octet == ' ' || octet == '#')) || (i + 1 == text.size() && octet == ' ');
        if (static_cast<unsigned char>(octet) < 32 || octet == 127 || octet == '=') {
            escape(out, octet);
        } else if (at_an_end || std::string_view("\"+,;<>\\").contains(octet)) {
            out += '\\';
            out += octet;
        } else {
            out += octet;
        }
    }
    return out;
}

Result<std::string> expand_filter(std::string_view filter, std::span<const Placeholder> placeholders) {
    if (auto good = check_parentheses(filter); !good) return forward(good);
    std::string out;
    while (!filter.empty()) {
        const auto open = filter.find('{');
        out += filter.substr(0, open);
        if (open == filter.npos) break;
        const auto close = filter.find('}', open);
        const auto name = filter.substr(open + 1, close == filter.npos ? filter.npos : close - open - 1);
        const auto found = std::ranges::find(placeholders, name, &Placeholder::name);
        if (close == filter.npos || found == placeholders.end())
            return unexpected(Fault::syntax, "the filter has a placeholder that is none of those there are; a brace itself is \\7b");
        out += found->value;
        filter.remove_prefix(close + 1);
    }
    return out;
}

}  // namespace sky::ldap
