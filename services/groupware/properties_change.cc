// PROPPATCH and MKCALENDAR: which properties of a calendar a client may set, and how its values are judged.
#include <algorithm>

#include "groupware/properties.h"
#include "sky/base/ascii.h"

namespace sky::groupware {

bool is_protected(const dav::Name& name);  // properties.cc

namespace {

namespace ns = dav::ns;

constexpr std::size_t max_text = 1'024, max_properties = 50, max_zone = 64 << 10;

std::string key_of(const dav::Name& name) { return "{" + name.space + "}" + name.local; }

Change take_text(const std::string& text, std::string& into) {
    if (text.size() > max_text || text.find('\0') != std::string::npos) return Change::bad_value;
    into = text;
    return Change::done;
}

bool is_color(std::string_view text) {
    return (text.size() == 7 || text.size() == 9) && text[0] == '#' && std::all_of(text.begin() + 1, text.end(), [](char ch) {
               return ascii::is_digit(ch) || (ascii::lower(ch) >= 'a' && ascii::lower(ch) <= 'f');
           });
}

// One VTIMEZONE that can be understood (RFC 4791 §5.2.2).
bool is_zone(const std::string& text) {
    if (text.size() > max_zone) return false;
    const auto tree = ical::parse_tree(text);
    return tree && tree->components.size() == 1 && tree->components[0].name == "VTIMEZONE" && ical::Zone::from(tree->components[0]);
}

std::optional<std::int32_t> whole_number(std::string_view text) {
    const bool negative = text.starts_with('-');
    const auto number = ascii::number(negative ? text.substr(1) : text, INT32_MAX);
    if (!number) return std::nullopt;
    return negative ? -static_cast<std::int32_t>(*number) : static_cast<std::int32_t>(*number);
}

Change keep(const dav::Element& property, calstore::CollectionFace& face) {
    dav::Element inside = property;
    std::string xml = dav::escape(inside.text);
    for (const auto& child : inside.children) xml += dav::write_xml(child);
    const std::string key = key_of(property.name);
    if (xml.size() > max_text || key.size() > 255) return Change::bad_value;
    if (!face.properties.contains(key) && face.properties.size() >= max_properties) return Change::bad_value;
    face.properties[key] = std::move(xml);
    return Change::done;
}

}  // namespace

Change set_property(const dav::Element& property, calstore::CollectionFace& face) {
    if (property.is(ns::dav, "displayname")) return take_text(property.text, face.display_name);
    if (property.is(ns::caldav, "calendar-description")) return take_text(property.text, face.description);
    if (property.is(ns::apple, "calendar-color")) {
        const std::string_view color = ascii::trim(property.text);
        return is_color(color) ? take_text(std::string(color), face.color) : Change::bad_value;
    }
    if (property.is(ns::apple, "calendar-order")) {
        const auto number = whole_number(ascii::trim(property.text));
        if (!number) return Change::bad_value;
        face.order = *number;
        return Change::done;
    }
    if (property.is(ns::caldav, "calendar-timezone")) {
        if (!is_zone(property.text)) return Change::bad_value;
        face.timezone = property.text;
        return Change::done;
    }
    if (is_protected(property.name) || property.name.space == ns::dav) return Change::is_protected;
    return keep(property, face);
}

Change remove_property(const dav::Name& name, calstore::CollectionFace& face) {
    if (name.is(ns::dav, "displayname"))
        face.display_name.clear();
    else if (name.is(ns::caldav, "calendar-description"))
        face.description.clear();
    else if (name.is(ns::apple, "calendar-color"))
        face.color.clear();
    else if (name.is(ns::apple, "calendar-order"))
        face.order = 0;
    else if (name.is(ns::caldav, "calendar-timezone"))
        face.timezone.clear();
    else if (is_protected(name) || name.space == ns::dav)
        return Change::is_protected;
    else
        face.properties.erase(key_of(name));
    return Change::done;
}

calstore::Components components_of(const dav::Element& set) {
    calstore::Components out = 0;
    for (const auto& child : set.children) {
        if (!child.is(ns::caldav, "comp")) continue;
        if (const auto kind = ical::kind_of(child.attribute("name")))
            out = static_cast<calstore::Components>(out | calstore::component_bit(*kind));
    }
    return out;
}

}  // namespace sky::groupware
