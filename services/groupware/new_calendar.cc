#include "groupware/new_calendar.h"

#include "groupware/properties.h"

namespace sky::groupware {

Task<http::Response> new_calendar(const Call& call, TypeIn type) {
    auto properties = dav::parse_mkcol(call.request.body);
    if (!properties) co_return failure(properties.error());
    if (call.place.kind != Kind::calendar) {
        if (call.place.kind == Kind::object)
            co_return refused(dav::ns::caldav, "calendar-collection-location-ok", "calendars stand side by side");
        co_return refused(dav::ns::dav, "resource-must-be-null", {}, {}, 405);
    }
    calstore::NewCollection wanted;
    wanted.slug = call.place.calendar;
    bool is_calendar = type == TypeIn::method;
    for (const auto& property : *properties) {
        if (property.is(dav::ns::dav, "resourcetype")) {
            is_calendar = is_calendar || property.child(dav::ns::caldav, "calendar");
            continue;
        }
        if (property.is(dav::ns::caldav, "supported-calendar-component-set")) {
            wanted.components = components_of(property);
            if (wanted.components == 0)
                co_return refused(dav::ns::caldav, "supported-calendar-component", "only VEVENT, VTODO and VJOURNAL are stored here");
            continue;
        }
        // A property that only the server sets does not stop the calendar: some clients send them along.
        if (set_property(property, wanted.face) == Change::bad_value) {
            co_return xml_response(409, dav::error_body(property.name, {}, "this value can't be kept"));
        }
    }
    if (!is_calendar) co_return refused(dav::ns::dav, "valid-resourcetype", "only calendars can be made here");
    auto made = co_await call.store.create(call.owner(), std::move(wanted), call.deadline);
    if (!made && made.error().fault == Fault::already_exists)
        co_return refused(dav::ns::dav, "resource-must-be-null", "the name is taken", {}, 405);
    if (!made) co_return failure(made.error());
    http::Response out = empty(201);
    out.headers.set("Cache-Control", "no-cache");
    co_return out;
}

}  // namespace sky::groupware
