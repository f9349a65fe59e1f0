#include "sky/ical/filter.h"

#include <algorithm>

#include "sky/base/ascii.h"

namespace sky::ical {
namespace {

bool contains(std::string_view haystack, const TextMatch& match) {
    bool found = false;
    if (match.collation == Collation::octet) {
        found = haystack.find(match.text) != std::string_view::npos;
    } else {
        found = ascii::to_lower(haystack).find(ascii::to_lower(match.text)) != std::string::npos;
    }
    return found != match.negate;
}

struct Matcher {
    const Object& object;
    const Zone& floating;
    Steps& steps;

    bool parameter(const Property& property, const ParameterFilter& filter) const {
        const Parameter* found = property.parameter(filter.name);
        if (filter.presence == Presence::absent) return !found;
        if (!found) return false;
        return !filter.text ||
               std::any_of(found->values.begin(), found->values.end(), [&](const auto& value) { return contains(value, *filter.text); });
    }

    bool one_property(const Property& property, const PropertyFilter& filter) const {
        if (filter.range) {
            const auto at = moment_of(property);
            if (!at) return false;
            const Seconds utc = object.to_utc(*at, floating);
            if (filter.range->start && utc < *filter.range->start) return false;
            if (filter.range->end && utc >= *filter.range->end) return false;
        }
        if (filter.text && !contains(text_of(property.value), *filter.text)) return false;
        return std::all_of(filter.parameters.begin(), filter.parameters.end(),
                           [&](const auto& wanted) { return parameter(property, wanted); });
    }

    bool property(const Component& component, const PropertyFilter& filter) const {
        bool found = false;
        for (const Property& candidate : component.properties) {
            if (candidate.name != filter.name) continue;
            if (filter.presence == Presence::absent) return false;
            found = found || one_property(candidate, filter);
        }
        return filter.presence == Presence::absent || found;
    }

    // VALARM (RFC 4791 §9.9): by its trigger against each instance of the component around it.
    bool alarm_overlaps(const Component& alarm, const Component& parent, const TimeRange& range) const {
        const Property* trigger = alarm.property("TRIGGER");
        if (!trigger) return false;
        if (const auto at = parse_moment(trigger->value)) {
            return (!range.start || *range.start <= at->clock) && (!range.end || *range.end > at->clock);
        }
        const auto shift = parse_duration(trigger->value);
        if (!shift) return false;
        const Property* repeat = alarm.property("REPEAT");
        const Property* gap = alarm.property("DURATION");
        const Seconds times = repeat ? static_cast<Seconds>(ascii::number(repeat->value, 1'000).value_or(0)) : 0;
        const auto step = gap ? parse_duration(gap->value) : std::nullopt;
        const Seconds tail = step ? std::max<Seconds>(0, times * step->total()) : 0;
        const bool from_end = ascii::equals_ignoring_case(trigger->first("RELATED"), "END");
        bool found = false;
        // The alarm's own moments are compared here, so every instance that may reach the range is looked at.
        TimeRange wide = range;
        const Seconds reach = std::abs(shift->total()) + tail + day_seconds;
        if (wide.start) *wide.start -= reach;
        if (wide.end) *wide.end += reach;
        const Outcome outcome = object.instances(wide, floating, steps, [&](const Instance& instance) {
            if (instance.component != &parent) return true;
            for (Seconds n = 0; n <= times && !found && steps.take(); ++n) {
                const Seconds at = (from_end ? instance.end : instance.start) + shift->total() + n * (step ? step->total() : 0);
                found = (!range.start || *range.start <= at) && (!range.end || *range.end > at);
            }
            return !found;
        });
        return found || outcome == Outcome::over_budget;
    }

    bool in_range(const Component& component, const Component* parent, const TimeRange& range) const {
        if (component.name == "VALARM") return parent && alarm_overlaps(component, *parent, range);
        if (!kind_of(component.name)) return false;
        bool found = false;
        const Outcome outcome = object.instances(range, floating, steps, [&](const Instance& instance) {
            found = instance.component == &component;
            return !found;
        });
        return found || outcome == Outcome::over_budget;
    }

    bool one_component(const Component& component, const Component* parent, const ComponentFilter& filter) const {
        if (filter.range && !in_range(component, parent, *filter.range)) return false;
        return std::all_of(filter.properties.begin(), filter.properties.end(),
                           [&](const auto& wanted) { return property(component, wanted); }) &&
               std::all_of(filter.components.begin(), filter.components.end(),
                           [&](const auto& wanted) { return inside(component, wanted); });
    }

    bool inside(const Component& parent, const ComponentFilter& filter) const {
        bool found = false;
        for (const Component& candidate : parent.components) {
            if (candidate.name != filter.name) continue;
            if (filter.presence == Presence::absent) return false;
            found = found || one_component(candidate, &parent, filter);
        }
        return filter.presence == Presence::absent || found;
    }
};

}  // namespace

bool matches(const Object& object, const ComponentFilter& filter, const Zone& floating, Steps& steps) {
    if (filter.name != object.calendar().name) return filter.presence == Presence::absent;
    if (filter.presence == Presence::absent) return false;
    return Matcher{object, floating, steps}.one_component(object.calendar(), nullptr, filter);
}

}  // namespace sky::ical
