#include "groupware/calendar_data.h"
#include "groupware/commands.h"

namespace sky::groupware {
namespace {

constexpr std::size_t max_candidates = 20'000;

// What SQL can narrow by: the kinds of component and the range that the filter's first level names.
struct Narrowing {
    calstore::Components components = calstore::all_components;
    ical::TimeRange range;
    bool decides = false;  // nothing is left for the filter to say
};

Narrowing narrowing(const ical::ComponentFilter& filter) {
    Narrowing out;
    if (filter.components.size() != 1 || filter.presence == ical::Presence::absent) {
        out.decides = filter.components.empty() && filter.properties.empty() && filter.presence == ical::Presence::required;
        return out;
    }
    const ical::ComponentFilter& inner = filter.components.front();
    const auto kind = ical::kind_of(inner.name);
    if (!kind || inner.presence == ical::Presence::absent) return out;
    out.components = calstore::component_bit(*kind);
    if (inner.range) out.range = *inner.range;
    out.decides = !inner.range && inner.properties.empty() && inner.components.empty() && filter.properties.empty();
    return out;
}

}  // namespace

// calendar-query (RFC 4791 §7.8). SQL narrows, the filter decides.
Task<http::Response> report_query(const Call& call, calstore::Collection calendar, dav::CalendarQuery query) {
    const Narrowing narrow = narrowing(query.filter);
    auto candidates =
        co_await call.store.in_range(call.owner(), calendar.id, narrow.range, narrow.components, max_candidates + 1, call.deadline);
    if (!candidates) co_return failure(candidates.error());
    if (candidates->size() > max_candidates) {
        co_return refused(dav::ns::dav, "number-of-matches-within-limits", "too many objects; ask for a shorter time", {}, 507);
    }
    const ical::Zone floating = floating_zone(query.timezone, calendar);
    dav::Multistatus out;
    std::size_t since_pause = 0;
    for (const auto& object : *candidates) {
        if (!narrow.decides) {
            if (++since_pause % 64 == 0) co_await yield();
            const auto parsed = ical::Object::parse(object.data, call.policy.limits);
            ical::Steps steps(call.policy.limits.steps);
            if (parsed && !ical::matches(*parsed, query.filter, floating, steps)) continue;
        }
        if (auto written = answer_with_data(call, calendar, object, query.props, query.data, out); !written)
            co_return refused(written.error());
    }
    co_return multistatus(std::move(out));
}

}  // namespace sky::groupware
