// RECUR values, read by libical.
#include <libical/ical.h>

#include <string>

#include "sky/base/ascii.h"
#include "sky/ical/recur.h"

namespace sky::ical {
namespace {

template <std::size_t N>
std::vector<int> values(const short (&list)[N]) {
    std::vector<int> out;
    for (short value : list) {
        if (value == ICAL_RECURRENCE_ARRAY_MAX) break;
        out.push_back(value);
    }
    return out;
}

}  // namespace

std::optional<Rule> parse_rule(std::string_view text) {
    if (text.size() > 8192 || ascii::to_upper(text).find("RSCALE") != std::string::npos) return std::nullopt;
    icalrecurrencetype parsed = icalrecurrencetype_from_string(std::string(text).c_str());
    if (parsed.freq == ICAL_NO_RECURRENCE || parsed.interval < 1 || parsed.count < 0) return std::nullopt;
    Rule out;
    out.frequency = static_cast<Frequency>(parsed.freq);
    out.interval = parsed.interval;
    if (parsed.count > 0) out.count = parsed.count;
    out.week_start = parsed.week_start == ICAL_NO_WEEKDAY ? 1 : static_cast<int>(parsed.week_start) - 1;
    out.by_second = values(parsed.by_second);
    out.by_minute = values(parsed.by_minute);
    out.by_hour = values(parsed.by_hour);
    out.by_month_day = values(parsed.by_month_day);
    out.by_year_day = values(parsed.by_year_day);
    out.by_week_no = values(parsed.by_week_no);
    out.by_month = values(parsed.by_month);
    out.by_set_pos = values(parsed.by_set_pos);
    for (int day : values(parsed.by_day)) {
        const int weekday = static_cast<int>(icalrecurrencetype_day_day_of_week(static_cast<short>(day)));
        if (weekday == 0) return std::nullopt;
        out.by_day.push_back({icalrecurrencetype_day_position(static_cast<short>(day)), weekday - 1});
    }
    // UNTIL is read from the text: libical turns a date into its own kind of time.
    for (std::string_view part : ascii::split(text, ';')) {
        if (!ascii::starts_ignoring_case(part, "UNTIL=")) continue;
        out.until = parse_moment(part.substr(6));
        if (!out.until) return std::nullopt;
    }
    return out;
}

}  // namespace sky::ical
