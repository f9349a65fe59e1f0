#pragma once
// calendar-data in reports (RFC 4791 §9.6): an object's octets, or its instances in a range.
#include <expected>

#include "groupware/call.h"
#include "groupware/properties.h"

namespace sky::groupware {

bool wants_data(const dav::Propfind& props);

// The zone that floating times are read in: the query's, or the calendar's, or UTC.
ical::Zone floating_zone(const std::string& query_timezone, const calstore::Collection& calendar);

// Writes the response of one object with what was asked. The refusal is max-instances.
std::expected<void, ical::Refusal> answer_with_data(const Call& call, const calstore::Collection& calendar, const calstore::Object& object,
                                                    const dav::Propfind& props, const dav::CalendarData& data, dav::Multistatus& out);

}  // namespace sky::groupware
