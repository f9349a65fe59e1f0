#pragma once
// Writing iCalendar: trees, and objects spread out into their instances (RFC 4791 §9.6.5).
#include <expected>
#include <string>

#include "sky/ical/object.h"

namespace sky::ical {

// Content lines folded at 75 octets, between characters (RFC 5545 §3.1).
std::string write(const Component& component);

// The instances that overlap the range, each a component of its own in UTC (dates stay dates), without rules and time zones.
// Refuses with max-instances what has too many or costs too much.
std::expected<std::string, Refusal> expand(const Object& object, const TimeRange& range, const Zone& floating, const Limits& limits = {});

}  // namespace sky::ical
