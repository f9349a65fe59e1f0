#pragma once
// The filter of calendar-query (RFC 4791 §9.7) as values, and what it means for one object.
#include <optional>
#include <string>
#include <vector>

#include "sky/ical/object.h"

namespace sky::ical {

enum class Collation { ascii_casemap, octet };  // RFC 4790; i;ascii-casemap is the default
enum class Presence { required, absent };       // absent: is-not-defined

struct TextMatch {
    std::string text;
    Collation collation = Collation::ascii_casemap;
    bool negate = false;
};

struct ParameterFilter {
    std::string name;
    Presence presence = Presence::required;
    std::optional<TextMatch> text;
};

struct PropertyFilter {
    std::string name;
    Presence presence = Presence::required;
    std::optional<TimeRange> range;
    std::optional<TextMatch> text;
    std::vector<ParameterFilter> parameters;
};

struct ComponentFilter {
    std::string name;
    Presence presence = Presence::required;
    std::optional<TimeRange> range;
    std::vector<PropertyFilter> properties;
    std::vector<ComponentFilter> components;
};

// `filter` is the outermost one, on VCALENDAR. Floating times are read in `floating`.
bool matches(const Object& object, const ComponentFilter& filter, const Zone& floating, Steps& steps);

}  // namespace sky::ical
