#pragma once
// The protocols that an account, an app password or a plan may be limited to.
#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sky/base/ascii.h"
#include "sky/base/result.h"

namespace sky::auth {

inline constexpr std::string_view known_protocols[] = {"imap",    "pop3", "submission", "managesieve", "caldav",
                                                       "carddav", "jmap", "activesync", "ews",         "web"};

// "imap, web" → each once. Empty text: none are named. Fault::syntax.
inline Result<std::vector<std::string>> parse_protocols(std::string_view text) {
    std::vector<std::string> out;
    for (const auto part : ascii::split(text, ',')) {
        std::string name = ascii::to_lower(ascii::trim(part));
        if (name.empty()) continue;
        if (std::ranges::find(known_protocols, name) == std::end(known_protocols))
            return unexpected(Fault::syntax,
                              "protocols are some of imap, pop3, submission, managesieve, caldav, carddav, jmap, activesync, ews, web");
        if (std::ranges::find(out, name) == out.end()) out.push_back(std::move(name));
    }
    return out;
}

// Whether one of these is how a gateway calls itself: CalDAV and CardDAV share one, which asks as "dav".
inline bool has_protocol(const std::vector<std::string>& allowed, std::string_view asked) {
    const auto has = [&](std::string_view name) { return std::ranges::find(allowed, name) != allowed.end(); };
    return has(asked) || (asked == "dav" && (has("caldav") || has("carddav")));
}

}  // namespace sky::auth
