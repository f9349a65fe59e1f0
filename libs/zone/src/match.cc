#include "match.h"

#include <algorithm>
#include <map>

#include "sky/base/ascii.h"

namespace sky::zone {
namespace {
using Tags = std::map<std::string, std::string, std::less<>>;

// "v=DMARC1; p=none" (RFC 6376 §3.2, RFC 7489 §6.3, RFC 8460 §3, RFC 8461 §3.1): white space around and within values does not count here.
Tags tags_of(std::string_view text) {
    Tags out;
    for (const auto part : ascii::split(text, ';')) {
        const auto equals = part.find('=');
        if (equals == std::string_view::npos) continue;
        std::string value;
        for (char c : part.substr(equals + 1))
            if (!ascii::is_space(c)) value += c;
        out.try_emplace(ascii::to_lower(ascii::trim(part.substr(0, equals))), std::move(value));
    }
    return out;
}

bool is_version(std::string_view text, std::string_view version) {
    return ascii::starts_ignoring_case(text, version) && (text.size() == version.size() || !ascii::is_alnum(text[version.size()]));
}

// The first word of a text that has a meaning for machines: "v=spf1", "v=dmarc1", "path"; empty for any other.
std::string kind_of(std::string_view text) {
    if (ascii::starts_ignoring_case(text, "path=")) return "path";
    if (!ascii::starts_ignoring_case(text, "v=")) return {};
    return ascii::to_lower(ascii::trim(text.substr(0, text.find_first_of("; "))));
}

bool report_addresses_serve(std::string_view wanted, const Tags& live) {
    const auto found = live.find("rua");
    if (found == live.end()) return false;
    return std::ranges::any_of(ascii::split(found->second, ','),
                               [&](std::string_view one) { return ascii::equals_ignoring_case(one.substr(0, one.find('!')), wanted); });
}

// What every owner may decide otherwise than we propose.
bool tag_serves(std::string_view kind, std::string_view key, const std::string& wanted, const Tags& live) {
    if (key == "rua") return report_addresses_serve(wanted, live);
    const auto found = live.find(key);
    // RFC 6376 §3.6.1: these have defaults.
    if (found == live.end()) return kind == "v=dkim1" && (key == "v" || (key == "k" && wanted == "rsa"));
    if (kind == "v=dmarc1" && key == "p") return found->second == "none" || found->second == "quarantine" || found->second == "reject";
    if (key == "p" || key == "d" || key == "id") return found->second == wanted;
    return ascii::equals_ignoring_case(found->second, wanted);
}

// RFC 7208 §5: ours must be among the mechanisms that pass, and what follows may not let everybody in.
bool spf_serves(std::string_view wanted, std::string_view live) {
    const std::string lowered = ascii::to_lower(live);
    const auto words = ascii::split(lowered, ' ');
    bool closed = false;
    for (const auto word : words) {
        if (word == "all" || word == "+all" || word == "?all") return false;
        closed |= word == "-all" || word == "~all" || word.starts_with("redirect=");
    }
    return closed && std::ranges::all_of(ascii::split(wanted, ' '), [&](std::string_view mechanism) {
               return mechanism.ends_with("all") || std::ranges::any_of(words, [&](std::string_view word) {
                          return word == mechanism || (word.starts_with('+') && word.substr(1) == mechanism);
                      });
           });
}

bool text_serves(std::string_view wanted, std::string_view live) {
    const std::string kind = kind_of(wanted);
    if (kind == "v=spf1") return spf_serves(wanted, live);
    if (kind.empty() || kind == "path") return wanted == live;
    const auto there = tags_of(live);
    // A revoked key (RFC 6376 §3.6.1) has an empty p; it never equals ours.
    return std::ranges::all_of(tags_of(wanted), [&](const auto& tag) { return tag_serves(kind, tag.first, tag.second, there); });
}

std::string_view after_first_word(std::string_view text) {
    const auto space = text.find(' ');
    return space == std::string_view::npos ? text : text.substr(space + 1);
}
}  // namespace

bool serves(const Record& expected, std::string_view live) {
    if (expected.type == "TXT") return text_serves(expected.value, live);
    if (expected.type == "CAA") return expected.value == live;
    // Any preference serves.
    if (expected.type == "MX") return ascii::equals_ignoring_case(after_first_word(expected.value), after_first_word(live));
    return ascii::equals_ignoring_case(expected.value, live);
}

bool is_of_kind(const Record& expected, std::string_view live) {
    if (expected.type == "CAA") return ascii::split(live, ' ').size() > 1 && ascii::split(live, ' ')[1] == "issue";
    if (expected.type != "TXT") return true;
    const std::string kind = kind_of(expected.value);
    // A key may lack its version; below a selector and below the challenge's name, nothing else has a place.
    if (kind.empty() || kind == "v=dkim1") return true;
    return kind == kind_of(live) || is_version(live, kind);
}

}  // namespace sky::zone
