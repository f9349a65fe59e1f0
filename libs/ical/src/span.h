#pragma once
// When one component takes place: its first instance, how long each lasts, and the overlap rule of its kind (RFC 4791 §9.9).
#include <optional>

#include "sky/ical/object.h"

namespace sky::ical {

struct Span {
    Kind kind = Kind::event;
    std::optional<Moment> start;  // DTSTART, or DUE for a VTODO that has only that
    bool only_due = false;
    bool has_end = false;  // DTEND, DUE or DURATION is there
    Duration length;       // DATE without an end lasts one day
};

Span span_of(const Object& object, const Component& component, const Zone& floating);

// The instance of a span that begins at `clock` in its own frame.
Instance instance_at(const Object& object, const Component& component, const Span& span, Seconds clock, const Zone& floating);

// RFC 4791 §9.9, for spans that have a start.
bool overlaps(const Span& span, const Instance& instance, const TimeRange& range);

// The same for what has none: a VTODO by COMPLETED and CREATED; a VJOURNAL never.
bool overlaps_dateless(const Component& component, Kind kind, const TimeRange& range);

// The bounds of Summary; nothing when counting the instances costs more than the limits allow.
std::optional<TimeRange> bounds_of(const Object& object, const Limits& limits);

// UNTIL in DTSTART's frame, inclusive.
std::optional<Seconds> until_of(const Object& object, const Rule& rule, const Moment& start, const Zone& floating);

}  // namespace sky::ical
