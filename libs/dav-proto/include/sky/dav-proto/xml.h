#pragma once
// XML request bodies with their namespaces resolved (RFC 4918 §8.2, §14; Namespaces in XML 1.0).
#include <compare>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sky/base/result.h"

namespace sky::dav {

namespace ns {
inline constexpr std::string_view dav = "DAV:";
inline constexpr std::string_view caldav = "urn:ietf:params:xml:ns:caldav";
inline constexpr std::string_view carddav = "urn:ietf:params:xml:ns:carddav";
inline constexpr std::string_view calendarserver = "http://calendarserver.org/ns/";
inline constexpr std::string_view apple = "http://apple.com/ns/ical/";
}  // namespace ns

struct Name {
    std::string space;
    std::string local;
    auto operator<=>(const Name&) const = default;
    bool is(std::string_view wanted_space, std::string_view wanted_local) const { return space == wanted_space && local == wanted_local; }
};

struct Attribute {
    Name name;
    std::string value;
};

struct Element {
    Name name;
    std::vector<Attribute> attributes;
    std::string text;  // all character data directly inside
    std::vector<Element> children;

    bool is(std::string_view space, std::string_view local) const { return name.is(space, local); }
    const Element* child(std::string_view space, std::string_view local) const;  // the first, or null
    std::string_view attribute(std::string_view local) const;                    // without namespace; empty when absent
    std::optional<std::string_view> find_attribute(std::string_view local) const;
};

struct XmlLimits {
    std::size_t octets = 10 << 20;
    std::size_t depth = 64;
    std::size_t elements = 100'000;
    std::size_t attributes = 1'000;  // of one element
};

// The root element. Any DOCTYPE is refused, so there are no entities to expand (contract S56). Fault::syntax or Fault::too_large.
Result<Element> parse_xml(std::string_view body, const XmlLimits& limits = {});

// Character data and attribute values made safe; characters that XML 1.0 can't carry are dropped.
std::string escape(std::string_view text);

// The element as XML text that stands on its own: namespaces are declared where they are used.
std::string write_xml(const Element& element);

}  // namespace sky::dav
