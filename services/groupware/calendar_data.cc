#include "groupware/calendar_data.h"

#include <algorithm>

#include "sky/ical/expand.h"

namespace sky::groupware {

bool wants_data(const dav::Propfind& props) {
    return std::any_of(props.props.begin(), props.props.end(), [](const auto& name) { return name.is(dav::ns::caldav, "calendar-data"); });
}

ical::Zone floating_zone(const std::string& query_timezone, const calstore::Collection& calendar) {
    const std::string& text = query_timezone.empty() ? calendar.face.timezone : query_timezone;
    if (text.empty()) return {};
    const auto tree = ical::parse_tree(text);
    if (!tree) return {};
    for (const auto& component : tree->components) {
        if (component.name != "VTIMEZONE") continue;
        if (auto zone = ical::Zone::from(component)) return std::move(*zone);
    }
    return {};
}

std::expected<void, ical::Refusal> answer_with_data(const Call& call, const calstore::Collection& calendar, const calstore::Object& object,
                                                    const dav::Propfind& props, const dav::CalendarData& data, dav::Multistatus& out) {
    Resource resource{.kind = Kind::object, .calendar = &calendar, .object = &object, .calendar_data = &object.data};
    std::string expanded;
    if (data.expand && wants_data(props)) {
        // What was stored under other limits may be refused today; its owner then gets it unexpanded.
        if (const auto parsed = ical::Object::parse(object.data, call.policy.limits)) {
            auto written = ical::expand(*parsed, *data.expand, floating_zone({}, calendar), call.policy.limits);
            if (!written) return std::unexpected(written.error());
            expanded = std::move(*written);
            resource.calendar_data = &expanded;
        }
    }
    answer(call, resource, props, out);
    return {};
}

}  // namespace sky::groupware
