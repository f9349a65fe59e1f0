#pragma once
// DATE, DATE-TIME and DURATION values (RFC 5545 §3.3.4 to §3.3.6). Seconds count from 1970-01-01 in the value's own frame.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sky/ical/tree.h"

namespace sky::ical {

using Seconds = std::int64_t;
inline constexpr Seconds day_seconds = 86'400;

enum class Form { date, floating, utc, zoned };

// A point in time as written: `clock` is what the wall clock shows, counted as if it were UTC.
struct Moment {
    Seconds clock = 0;
    Form form = Form::utc;
    std::string tzid;  // Form::zoned only
};

// A nominal part in days and an exact part in seconds; both carry the sign.
struct Duration {
    Seconds days = 0;
    Seconds seconds = 0;
    Seconds total() const { return days * day_seconds + seconds; }
};

std::optional<Moment> parse_moment(std::string_view value, std::string_view tzid = {});
std::optional<Moment> moment_of(const Property& property);  // with its TZID
std::optional<Duration> parse_duration(std::string_view value);

std::string write_utc(Seconds utc);     // 20260102T030405Z
std::string write_date(Seconds clock);  // 20260102

// The calendar day of a clock reading, and its midnight.
constexpr Seconds floor_day(Seconds clock) {
    Seconds days = clock / day_seconds;
    if (clock % day_seconds < 0) --days;
    return days;
}
constexpr Seconds midnight(Seconds clock) { return floor_day(clock) * day_seconds; }

}  // namespace sky::ical
