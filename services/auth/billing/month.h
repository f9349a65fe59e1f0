#pragma once
// Months and days of the calendar, in UTC.
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace sky::auth {

using Day = std::chrono::sys_days;

struct Month {
    std::chrono::year_month value;
    Day first() const { return Day(value / 1); }
    Day last() const { return Day(value / std::chrono::last); }
    int days() const { return static_cast<int>((last() - first()).count()) + 1; }
    bool has(Day day) const { return first() <= day && day <= last(); }
    bool operator==(const Month&) const = default;
};

// "2026-11", of the years 2000 to 9999.
std::optional<Month> parse_month(std::string_view text);
// "2026-11-24"; nothing for a day that no calendar has.
std::optional<Day> parse_day(std::string_view text);
std::string text_of(Month month);
std::string text_of(Day day);

}  // namespace sky::auth
