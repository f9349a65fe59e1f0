#pragma once
// Paths and hrefs (RFC 4918 §8.3). A name is one segment, decoded once; nothing that could climb, hide or split survives (contract S57).
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sky::dav {

// The decoded segments of an absolute path or URI reference as it stands in a href: scheme and host are dropped, "/a/b%20c/" is {"a", "b
// c"}. Nothing if it has an encoded slash, a broken escape, a control character, bad UTF-8, "." or "..", an empty segment inside, a query,
// a segment of more than 255 octets or more than 16 of them.
std::optional<std::vector<std::string>> split_href(std::string_view href);

// The same for a path that is decoded already.
std::optional<std::vector<std::string>> split_path(std::string_view decoded);

// Whether one name may stand in a URL here.
bool is_segment(std::string_view decoded);

std::string encode_segment(std::string_view name);

// The headers If-Match and If-None-Match (RFC 9110 §13.1): "*", or a list of entity tags, weak ones with their W/.
struct EntityTags {
    bool any = false;
    std::vector<std::string> tags;           // with quotes, as stored
    bool holds(std::string_view tag) const;  // strong comparison
    bool holds_weakly(std::string_view tag) const;
};
std::optional<EntityTags> parse_entity_tags(std::string_view header);

}  // namespace sky::dav
