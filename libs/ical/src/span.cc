#include "span.h"

#include <algorithm>
#include <utility>

namespace sky::ical {
namespace {

std::optional<Moment> moment(const Component& component, std::string_view name) {
    const Property* property = component.property(name);
    return property ? moment_of(*property) : std::nullopt;
}

bool before(const std::optional<Seconds>& start, Seconds at) { return !start || *start < at; }      // start < at
bool not_after(const std::optional<Seconds>& start, Seconds at) { return !start || *start <= at; }  // start <= at
bool after(const std::optional<Seconds>& end, Seconds at) { return !end || *end > at; }             // end > at
bool not_before(const std::optional<Seconds>& end, Seconds at) { return !end || *end >= at; }       // end >= at

}  // namespace

Span span_of(const Object& object, const Component& component, const Zone& floating) {
    Span out;
    out.kind = kind_of(component.name).value_or(Kind::event);
    out.start = moment(component, "DTSTART");
    auto end = moment(component, out.kind == Kind::todo ? "DUE" : "DTEND");
    if (!out.start && out.kind == Kind::todo && end) {
        out.start = std::exchange(end, std::nullopt);
        out.only_due = true;
        return out;
    }
    if (!out.start || out.kind == Kind::journal) {
        if (out.start && out.start->form == Form::date) out.length.days = 1;
        return out;
    }
    if (const Property* duration = component.property("DURATION")) {
        out.length = parse_duration(duration->value).value_or(Duration{});
        out.has_end = true;
    } else if (end) {
        out.has_end = true;
        if (out.start->form == Form::date && end->form == Form::date)
            out.length.days = (end->clock - out.start->clock) / day_seconds;
        else
            out.length.seconds = object.to_utc(*end, floating) - object.to_utc(*out.start, floating);
    } else if (out.start->form == Form::date && out.kind == Kind::event) {
        out.length.days = 1;
    }
    if (out.length.total() < 0) out.length = {};
    return out;
}

Instance instance_at(const Object& object, const Component& component, const Span& span, Seconds clock, const Zone& floating) {
    Moment at = *span.start;
    at.clock = clock;
    Instance out;
    out.component = &component;
    out.all_day = at.form == Form::date;
    out.start = out.recurrence = object.to_utc(at, floating);
    at.clock += span.length.days * day_seconds;
    out.end = (span.length.days == 0 ? out.start : object.to_utc(at, floating)) + span.length.seconds;
    return out;
}

bool overlaps(const Span& span, const Instance& it, const TimeRange& range) {
    const auto& [start, end] = range;
    if (span.kind != Kind::todo) {
        if (it.end <= it.start) return not_after(start, it.start) && after(end, it.start);
        return before(start, it.end) && after(end, it.start);
    }
    if (span.only_due) return before(start, it.start) && not_before(end, it.start);
    if (!span.has_end) return not_after(start, it.start) && after(end, it.start);
    const bool begins = before(start, it.end) || not_after(start, it.start);
    return begins && (after(end, it.start) || not_before(end, it.end));
}

bool overlaps_dateless(const Component& component, Kind kind, const TimeRange& range) {
    if (kind != Kind::todo) return false;
    const auto completed = moment(component, "COMPLETED"), created = moment(component, "CREATED");
    if (completed && created) {
        return (not_after(range.start, created->clock) || not_after(range.start, completed->clock)) &&
               (not_before(range.end, created->clock) || not_before(range.end, completed->clock));
    }
    if (completed) return not_after(range.start, completed->clock) && not_before(range.end, completed->clock);
    if (created) return after(range.end, created->clock);
    return true;
}

std::optional<Seconds> until_of(const Object& object, const Rule& rule, const Moment& start, const Zone& floating) {
    if (!rule.until) return std::nullopt;
    switch (rule.until->form) {
        case Form::utc:
            return object.to_clock(rule.until->clock, start, floating);
        case Form::date:
            return rule.until->clock + (start.form == Form::date ? 0 : day_seconds - 1);
        default:
            return rule.until->clock;
    }
}

namespace {

// Floating times and dates may be read anywhere between UTC+14 and UTC-12.
constexpr Seconds earliest = 14 * 3600, latest = 12 * 3600;

struct Bounds {
    TimeRange range;
    bool open_start = false, open_end = false, any = false;

    void take(Seconds start, Seconds end, bool fixed) {
        if (!fixed) {
            start -= earliest;
            end += latest;
        }
        range.start = any ? std::min(*range.start, start) : start;
        range.end = any ? std::max(*range.end, std::max(start, end)) : std::max(start, end);
        any = true;
    }
};

// False when the budget is spent.
bool take_recurrences(const Object& object, const Component& component, const Span& span, Steps& steps, Bounds& bounds) {
    const Zone utc;
    const bool fixed = span.start->form == Form::utc || span.start->form == Form::zoned;
    for (const Property& property : component.properties) {
        if (property.name != "RRULE") continue;
        const auto rule = parse_rule(property.value);
        if (!rule) continue;
        const auto until = until_of(object, *rule, *span.start, utc);
        if (rule->count) {
            Walk walk(*rule, span.start->clock, until, steps);
            Seconds last = span.start->clock;
            while (auto next = walk.next()) last = *next;
            if (steps.spent()) return false;
            const Instance it = instance_at(object, component, span, last, utc);
            bounds.take(it.start, it.end, fixed);
        } else if (until) {
            const Instance it = instance_at(object, component, span, *until, utc);
            bounds.take(bounds.range.start.value_or(it.start), it.end, true);
            bounds.take(bounds.range.start.value_or(it.start), it.end + (fixed ? 0 : latest), true);
        } else {
            // An endless rule that never fires again would be searched for in every query: it must show its second instance now.
            Walk walk(*rule, span.start->clock, until, steps);
            for (int instance = 0; instance < 2 && walk.next(); ++instance) {
            }
            if (steps.spent()) return false;
            bounds.open_end = true;
        }
    }
    return true;
}

}  // namespace

std::optional<TimeRange> bounds_of(const Object& object, const Limits& limits) {
    Bounds bounds;
    Steps steps(limits.steps);
    const Zone utc;
    for (const Component& component : object.calendar().components) {
        if (!kind_of(component.name)) continue;
        const Span span = span_of(object, component, utc);
        if (!span.start) {
            bounds.open_start = bounds.open_end = true;
            continue;
        }
        const bool fixed = span.start->form == Form::utc || span.start->form == Form::zoned;
        const Instance first = instance_at(object, component, span, span.start->clock, utc);
        bounds.take(first.start, first.end, fixed);
        for (const Property& property : component.properties) {
            if (property.name != "RDATE") continue;
            std::string_view rest = property.value;
            while (!rest.empty()) {
                const std::size_t comma = std::min(rest.find(','), rest.size());
                std::string_view value = rest.substr(0, comma);
                rest.remove_prefix(std::min(comma + 1, rest.size()));
                if (const std::size_t slash = value.find('/'); slash != std::string_view::npos) {
                    // A PERIOD's own end may lie later than the usual length.
                    const auto begin = parse_moment(value.substr(0, slash), property.first("TZID"));
                    const auto end = parse_moment(value.substr(slash + 1), property.first("TZID"));
                    const auto length = parse_duration(value.substr(slash + 1));
                    if (begin && end) bounds.take(object.to_utc(*begin, utc), object.to_utc(*end, utc), fixed);
                    if (begin && length) bounds.take(object.to_utc(*begin, utc), object.to_utc(*begin, utc) + length->total(), fixed);
                    value = value.substr(0, slash);
                }
                if (const auto at = parse_moment(value, property.first("TZID"))) {
                    const Seconds clock = object.to_clock(object.to_utc(*at, utc), *span.start, utc);
                    const Instance it = instance_at(object, component, span, clock, utc);
                    bounds.take(it.start, it.end, fixed);
                }
            }
        }
        if (!component.property("RECURRENCE-ID") && !take_recurrences(object, component, span, steps, bounds)) return std::nullopt;
    }
    if (bounds.open_start) bounds.range.start.reset();
    if (bounds.open_end) bounds.range.end.reset();
    return bounds.range;
}

}  // namespace sky::ical
