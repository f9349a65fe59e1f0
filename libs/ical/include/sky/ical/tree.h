#pragma once
// An iCalendar stream as plain values (RFC 5545 §3.1, §3.4). libical reads it; none of its types come this far.
#include <string>
#include <string_view>
#include <vector>

namespace sky::ical {

struct Parameter {
    std::string name;  // upper case
    std::vector<std::string> values;
};

struct Property {
    std::string name;  // upper case
    std::vector<Parameter> parameters;
    std::string value;  // as on the wire, unfolded; see text_of() for TEXT

    const Parameter* parameter(std::string_view wanted) const;
    std::string_view first(std::string_view wanted) const;  // first value of that parameter, or empty
};

struct Component {
    std::string name;  // upper case
    std::vector<Property> properties;
    std::vector<Component> components;

    const Property* property(std::string_view wanted) const;  // the first of that name, or null
};

// Undoes the escapes of a TEXT value (RFC 5545 §3.3.11).
std::string text_of(std::string_view escaped);

}  // namespace sky::ical
