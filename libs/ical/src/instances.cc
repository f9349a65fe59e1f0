// The instances of an object in a range (RFC 4791 §9.9, RFC 5545 §3.8.5).
#include <algorithm>

#include "sky/base/ascii.h"
#include "span.h"

namespace sky::ical {
namespace {

// Instances the master must leave out: EXDATEs, and those an override speaks for.
struct Exceptions {
    std::vector<Seconds> instants;
    std::vector<Seconds> days;  // EXDATE of form DATE against a DATE-TIME start

    void sort() {
        std::sort(instants.begin(), instants.end());
        std::sort(days.begin(), days.end());
    }
    bool holds(Seconds utc, Seconds clock) const {
        return std::binary_search(instants.begin(), instants.end(), utc) || std::binary_search(days.begin(), days.end(), floor_day(clock));
    }
};

struct Pass {
    const Object& object;
    const TimeRange& range;
    const Zone& floating;
    Steps& steps;
    const std::function<bool(const Instance&)>& each;

    // False: the caller has had enough.
    bool offer(const Span& span, const Instance& instance) const { return !overlaps(span, instance, range) || each(instance); }

    Exceptions exceptions(const Component& master, const Span& span) const {
        Exceptions out;
        for (const Property& property : master.properties) {
            if (property.name != "EXDATE") continue;
            for (std::string_view value : ascii::split(property.value, ',')) {
                const auto at = parse_moment(value, property.first("TZID"));
                if (!at) continue;
                if (at->form == Form::date && span.start->form != Form::date)
                    out.days.push_back(floor_day(at->clock));
                else
                    out.instants.push_back(object.to_utc(*at, floating));
            }
        }
        for (const Component& component : object.calendar().components) {
            const Property* id = component.property("RECURRENCE-ID");
            if (const auto at = id ? moment_of(*id) : std::nullopt) out.instants.push_back(object.to_utc(*at, floating));
        }
        out.sort();
        return out;
    }

    bool rule(const Component& master, const Span& span, const Rule& rule, const Exceptions& exceptions, bool skip_first) const {
        Walk walk(rule, span.start->clock, until_of(object, rule, *span.start, floating), steps);
        if (range.start) walk.skip_to(*range.start - span.length.total() - 3 * day_seconds);
        while (const auto clock = walk.next()) {
            if (skip_first && *clock == span.start->clock) continue;
            const Instance instance = instance_at(object, master, span, *clock, floating);
            if (range.end && instance.start > *range.end) break;
            if (!exceptions.holds(instance.start, *clock) && !offer(span, instance)) return false;
        }
        return true;
    }

    bool dates(const Component& master, const Span& span, const Property& property, const Exceptions& exceptions) const {
        for (std::string_view value : ascii::split(property.value, ',')) {
            if (!steps.take()) return true;
            const std::size_t slash = std::min(value.find('/'), value.size());
            const auto at = parse_moment(value.substr(0, slash), property.first("TZID"));
            if (!at) continue;
            const Seconds clock = object.to_clock(object.to_utc(*at, floating), *span.start, floating);
            Instance instance = instance_at(object, master, span, clock, floating);
            if (slash < value.size()) {
                const std::string_view rest = value.substr(slash + 1);
                if (const auto end = parse_moment(rest, property.first("TZID")))
                    instance.end = object.to_utc(*end, floating);
                else if (const auto length = parse_duration(rest))
                    instance.end = instance.start + length->total();
            }
            if (!exceptions.holds(instance.start, clock) && !offer(span, instance)) return false;
        }
        return true;
    }

    bool master(const Component& component, const Span& span) const {
        const Exceptions left_out = exceptions(component, span);
        const Instance first = instance_at(object, component, span, span.start->clock, floating);
        if (!left_out.holds(first.start, span.start->clock) && !offer(span, first)) return false;
        for (const Property& property : component.properties) {
            if (property.name == "RRULE") {
                const auto parsed = parse_rule(property.value);
                if (parsed && !rule(component, span, *parsed, left_out, true)) return false;
            } else if (property.name == "RDATE" && !dates(component, span, property, left_out)) {
                return false;
            }
        }
        return true;
    }
};

}  // namespace

Outcome Object::instances(const TimeRange& range, const Zone& floating, Steps& steps,
                          const std::function<bool(const Instance&)>& each) const {
    const Pass pass{*this, range, floating, steps, each};
    for (const Component& component : calendar_.components) {
        const auto kind = kind_of(component.name);
        if (!kind) continue;
        const Span span = span_of(*this, component, floating);
        const Property* id = component.property("RECURRENCE-ID");
        bool more = true;
        if (!span.start) {
            if (overlaps_dateless(component, *kind, range)) more = each(Instance{.component = &component});
        } else if (id) {
            Instance instance = instance_at(*this, component, span, span.start->clock, floating);
            if (const auto at = moment_of(*id)) instance.recurrence = to_utc(*at, floating);
            more = pass.offer(span, instance);
        } else {
            more = pass.master(component, span);
        }
        if (!more) return Outcome::stopped;
        if (steps.spent()) return Outcome::over_budget;
    }
    return Outcome::complete;
}

bool Object::overlaps(const TimeRange& range, const Zone& floating, Steps& steps) const {
    bool found = false;
    const Outcome outcome = instances(range, floating, steps, [&](const Instance&) {
        found = true;
        return false;
    });
    return found || outcome == Outcome::over_budget;
}

}  // namespace sky::ical
