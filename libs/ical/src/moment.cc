#include "sky/ical/moment.h"

#include <fmt/format.h>

#include <chrono>

#include "sky/base/ascii.h"

namespace sky::ical {
namespace {

std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
    int out = 0;
    for (std::size_t i = at; i < at + count; ++i) {
        if (i >= text.size() || !ascii::is_digit(text[i])) return std::nullopt;
        out = out * 10 + (text[i] - '0');
    }
    return out;
}

}  // namespace

std::optional<Moment> parse_moment(std::string_view value, std::string_view tzid) {
    const auto year = digits(value, 0, 4), month = digits(value, 4, 2), day = digits(value, 6, 2);
    if (!year || !month || !day) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year{*year}, std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok()) return std::nullopt;
    Moment out;
    out.clock = std::chrono::sys_days(date).time_since_epoch().count() * day_seconds;
    if (value.size() == 8) {
        out.form = Form::date;
        return out;
    }
    const auto hour = digits(value, 9, 2), minute = digits(value, 11, 2), second = digits(value, 13, 2);
    if (value[8] != 'T' || !hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
    out.clock += *hour * 3600 + *minute * 60 + std::min(*second, 59);  // a leap second is read as the one before
    if (value.size() == 16 && value[15] == 'Z') return out;
    if (value.size() != 15) return std::nullopt;
    out.form = tzid.empty() ? Form::floating : Form::zoned;
    out.tzid = tzid;
    return out;
}

std::optional<Moment> moment_of(const Property& property) { return parse_moment(property.value, property.first("TZID")); }

std::optional<Duration> parse_duration(std::string_view value) {
    Seconds sign = 1;
    if (!value.empty() && (value[0] == '-' || value[0] == '+')) {
        sign = value[0] == '-' ? -1 : 1;
        value.remove_prefix(1);
    }
    if (value.empty() || value[0] != 'P') return std::nullopt;
    value.remove_prefix(1);
    Duration out;
    bool in_time = false;
    bool any = false;
    while (!value.empty()) {
        if (value[0] == 'T' && !in_time) {
            in_time = true;
            value.remove_prefix(1);
            continue;
        }
        std::size_t length = 0;
        while (length < value.size() && ascii::is_digit(value[length])) ++length;
        if (length == 0 || length > 9 || length == value.size()) return std::nullopt;
        const auto number = static_cast<Seconds>(*ascii::number(value.substr(0, length)));
        const char unit = value[length];
        if (!in_time && unit == 'W')
            out.days += number * 7;
        else if (!in_time && unit == 'D')
            out.days += number;
        else if (in_time && unit == 'H')
            out.seconds += number * 3600;
        else if (in_time && unit == 'M')
            out.seconds += number * 60;
        else if (in_time && unit == 'S')
            out.seconds += number;
        else
            return std::nullopt;
        any = true;
        value.remove_prefix(length + 1);
    }
    if (!any) return std::nullopt;
    out.days *= sign;
    out.seconds *= sign;
    return out;
}

std::string write_date(Seconds clock) {
    const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(floor_day(clock)))};
    return fmt::format("{:04}{:02}{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                       static_cast<unsigned>(date.day()));
}

std::string write_utc(Seconds utc) {
    const Seconds inside = utc - midnight(utc);
    return fmt::format("{}T{:02}{:02}{:02}Z", write_date(utc), inside / 3600, inside / 60 % 60, inside % 60);
}

}  // namespace sky::ical
