#pragma once
// Dates of header fields (RFC 5322 §3.3, obsolete forms of §4.3) and of INTERNALDATE (RFC 9051 §9 date-time).
#include <optional>
#include <string>
#include <string_view>

#include "sky/base/clock.h"

namespace sky::mime {

// A moment with the zone it was written in.
struct ZonedTime {
    Time time;
    int offset_minutes = 0;
};

// Accepts missing day names, two-digit years, missing seconds, named zones, comments. nullopt for what is no date; years 1700 to 2200.
std::optional<ZonedTime> parse_date(std::string_view value);

// "Mon, 23 Nov 2026 23:48:00 +0000" (RFC 5322 §3.3), in UTC.
std::string format_date(Time time);

// "23-Nov-2026 23:48:00 +0000" with the day padded by a space, without quotes (RFC 9051 §9), in UTC; and the way back.
std::string format_internal_date(Time time);
std::optional<Time> parse_internal_date(std::string_view text);

}  // namespace sky::mime
