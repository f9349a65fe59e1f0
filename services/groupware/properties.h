#pragma once
// The properties of everything that has a URL: one table (properties.cc), asked by PROPFIND and the reports, changed by PROPPATCH and
// MKCALENDAR.
#include <optional>
#include <string>
#include <vector>

#include "groupware/call.h"

namespace sky::groupware {

// What a property is asked of. Calendars and objects bring their rows.
struct Resource {
    Kind kind = Kind::root;
    const calstore::Collection* calendar = nullptr;
    const calstore::Object* object = nullptr;
    // calendar-data, where a report asked for it and it has been worked out (expanded or not).
    const std::string* calendar_data = nullptr;
};

std::string path_of(const identity::Principal& who, const Resource& resource);
std::string content_type(const calstore::Object& object);

// Writes one response with what was asked: found properties and missing ones.
void answer(const Call& call, const Resource& resource, const dav::Propfind& wanted, dav::Multistatus& out);

// Changes of one property on a calendar's face.
enum class Change { done, is_protected, bad_value };
Change set_property(const dav::Element& property, calstore::CollectionFace& face);
Change remove_property(const dav::Name& name, calstore::CollectionFace& face);

// CALDAV:supported-calendar-component-set as bits, 0 when it names none that is stored here.
calstore::Components components_of(const dav::Element& set);

}  // namespace sky::groupware
