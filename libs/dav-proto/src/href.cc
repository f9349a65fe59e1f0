#include "sky/dav-proto/href.h"

#include <algorithm>

#include "sky/base/ascii.h"

namespace sky::dav {
namespace {

constexpr std::size_t max_segment = 255, max_segments = 16;

int hex(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const char lower = ascii::lower(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::optional<std::string> decode(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        if (i + 2 >= text.size()) return std::nullopt;
        const int high = hex(text[i + 1]), low = hex(text[i + 2]);
        if (high < 0 || low < 0) return std::nullopt;
        out += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return out;
}

// An entity tag at the front of `text`, consumed; empty when there is none.
std::string take_tag(std::string_view& text) {
    std::size_t at = text.starts_with("W/") ? 2 : 0;
    if (at >= text.size() || text[at] != '"') return {};
    const std::size_t end = text.find('"', at + 1);
    if (end == std::string_view::npos) return {};
    std::string out(text.substr(0, end + 1));
    text.remove_prefix(end + 1);
    return out;
}

}  // namespace

bool is_segment(std::string_view name) {
    if (name.empty() || name == "." || name == ".." || name.size() > max_segment || !ascii::is_utf8(name)) return false;
    return std::none_of(name.begin(), name.end(), [](char c) {
        const auto octet = static_cast<unsigned char>(c);
        return octet < 0x20 || octet == 0x7f || c == '/' || c == '\\';
    });
}

std::optional<std::vector<std::string>> split_path(std::string_view path) {
    if (path.empty() || path[0] != '/') return std::nullopt;
    path.remove_prefix(1);
    if (path.ends_with('/')) path.remove_suffix(1);
    std::vector<std::string> out;
    if (path.empty()) return out;
    for (std::string_view segment : ascii::split(path, '/')) {
        if (!is_segment(segment) || out.size() == max_segments) return std::nullopt;
        out.emplace_back(segment);
    }
    return out;
}

std::optional<std::vector<std::string>> split_href(std::string_view href) {
    href = ascii::trim(href);
    if (const std::size_t scheme = href.find("://"); scheme != std::string_view::npos && (ascii::starts_ignoring_case(href, "http://") ||
                                                                                          ascii::starts_ignoring_case(href, "https://"))) {
        const std::size_t path = href.find('/', scheme + 3);
        if (path == std::string_view::npos) return std::vector<std::string>{};
        href.remove_prefix(path);
    }
    if (href.empty() || href[0] != '/' || href.starts_with("//") || href.find_first_of("?#") != std::string_view::npos) return std::nullopt;
    href.remove_prefix(1);
    if (href.ends_with('/')) href.remove_suffix(1);
    std::vector<std::string> out;
    if (href.empty()) return out;
    for (std::string_view raw : ascii::split(href, '/')) {
        auto segment = decode(raw);  // after splitting, so that an encoded slash stays inside its segment and is refused there
        if (!segment || !is_segment(*segment) || out.size() == max_segments) return std::nullopt;
        out.push_back(std::move(*segment));
    }
    return out;
}

std::string encode_segment(std::string_view name) {
    static constexpr char digits[] = "0123456789ABCDEF";
    std::string out;
    for (char c : name) {
        if (ascii::is_alnum(c) || std::string_view("-._~@!$'()*+,;=:").find(c) != std::string_view::npos) {
            out += c;
        } else {
            const auto octet = static_cast<unsigned char>(c);
            out += '%';
            out += digits[octet >> 4];
            out += digits[octet & 15];
        }
    }
    return out;
}

bool EntityTags::holds(std::string_view tag) const {
    return any || (!tag.starts_with("W/") && std::find(tags.begin(), tags.end(), tag) != tags.end());
}

bool EntityTags::holds_weakly(std::string_view tag) const {
    const auto opaque = [](std::string_view t) { return t.starts_with("W/") ? t.substr(2) : t; };
    return any || std::any_of(tags.begin(), tags.end(), [&](const std::string& candidate) { return opaque(candidate) == opaque(tag); });
}

std::optional<EntityTags> parse_entity_tags(std::string_view header) {
    EntityTags out;
    header = ascii::trim(header);
    if (header == "*") {
        out.any = true;
        return out;
    }
    while (!header.empty()) {
        std::string tag = take_tag(header);
        if (tag.empty()) return std::nullopt;
        out.tags.push_back(std::move(tag));
        header = ascii::trim(header);
        if (header.empty()) break;
        if (header[0] != ',') return std::nullopt;
        header = ascii::trim(header.substr(1));
        if (header.empty()) return std::nullopt;
    }
    if (out.tags.empty()) return std::nullopt;
    return out;
}

}  // namespace sky::dav
