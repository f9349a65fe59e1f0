#include "days.h"

#include <algorithm>
#include <chrono>

namespace sky::ical {
namespace {

bool has(const std::vector<int>& list, int value) { return std::find(list.begin(), list.end(), value) != list.end(); }

// The value itself, or counted from the end: -1 is the last of `count`.
bool has_either(const std::vector<int>& list, int value, int count) { return has(list, value) || has(list, value - count - 1); }

bool month_passes(const Rule& rule, int month) { return rule.by_month.empty() || has(rule.by_month, month); }

int days_in_year(int year) { return static_cast<int>(day_of(year + 1, 1, 1) - day_of(year, 1, 1)); }

// The day matches some BYDAY; `nth` counts among the same weekdays of a span that begins at `first` and has `count` days.
bool weekday_passes(const Rule& rule, Seconds day, Seconds first, int count) {
    const int weekday = weekday_of(day);
    const int before = static_cast<int>(day - first) / 7;
    const int after = static_cast<int>(first + count - 1 - day) / 7;
    return std::any_of(rule.by_day.begin(), rule.by_day.end(), [&](const Weekday& wanted) {
        return wanted.day == weekday && (wanted.nth == 0 || wanted.nth == before + 1 || wanted.nth == -(after + 1));
    });
}

bool plain_weekday_passes(const Rule& rule, int weekday) {
    return rule.by_day.empty() ||
           std::any_of(rule.by_day.begin(), rule.by_day.end(), [&](const Weekday& wanted) { return wanted.day == weekday; });
}

// The first day of week 1: the first week with four days in the year, weeks beginning on WKST.
Seconds first_week(const Rule& rule, int year) {
    const Seconds new_year = day_of(year, 1, 1);
    const int into = (weekday_of(new_year) - rule.week_start + 7) % 7;
    return into <= 3 ? new_year - into : new_year - into + 7;
}

std::vector<Seconds> by_weeks(const Rule& rule, int year, Seconds start) {
    std::vector<Seconds> out;
    const Seconds first = first_week(rule, year);
    const int weeks = static_cast<int>(first_week(rule, year + 1) - first) / 7;
    for (int week = 1; week <= weeks; ++week) {
        if (!has_either(rule.by_week_no, week, weeks)) continue;
        for (Seconds day = first + (week - 1) * 7; day < first + week * 7; ++day) {
            const bool right = rule.by_day.empty() ? weekday_of(day) == weekday_of(start) : plain_weekday_passes(rule, weekday_of(day));
            if (right && month_passes(rule, date_of(day).month)) out.push_back(day);
        }
    }
    return out;
}

bool day_numbers_pass(const Rule& rule, Seconds day, const Date& date) {
    if (!rule.by_month_day.empty() && !has_either(rule.by_month_day, date.day, days_in_month(date.year, date.month))) return false;
    if (rule.by_year_day.empty()) return true;
    return has_either(rule.by_year_day, static_cast<int>(day - day_of(date.year, 1, 1)) + 1, days_in_year(date.year));
}

void add_month(const Rule& rule, int year, int month, std::vector<Seconds>& out) {
    const int count = days_in_month(year, month);
    const Seconds first = day_of(year, month, 1);
    const bool whole_year = rule.frequency == Frequency::yearly && rule.by_month.empty();
    const Seconds span = whole_year ? day_of(year, 1, 1) : first;
    const int span_days = whole_year ? days_in_year(year) : count;
    for (Seconds day = first; day < first + count; ++day) {
        if (!day_numbers_pass(rule, day, Date{year, month, static_cast<int>(day - first) + 1})) continue;
        if (!rule.by_day.empty() && !weekday_passes(rule, day, span, span_days)) continue;
        out.push_back(day);
    }
}

bool names_days(const Rule& rule) { return !rule.by_day.empty() || !rule.by_month_day.empty() || !rule.by_year_day.empty(); }

}  // namespace

Date date_of(Seconds day) {
    const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(day))};
    return {static_cast<int>(date.year()), static_cast<int>(static_cast<unsigned>(date.month())),
            static_cast<int>(static_cast<unsigned>(date.day()))};
}

Seconds day_of(int year, int month, int day) {
    const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    return std::chrono::sys_days(date).time_since_epoch().count();
}

int days_in_month(int year, int month) { return month == 12 ? 31 : static_cast<int>(day_of(year, month + 1, 1) - day_of(year, month, 1)); }

int weekday_of(Seconds day) { return static_cast<int>(((day % 7) + 11) % 7); }  // 1970-01-01 was a Thursday

std::vector<Seconds> days_of_month(const Rule& rule, int year, int month, Seconds start) {
    std::vector<Seconds> out;
    if (!month_passes(rule, month)) return out;
    if (names_days(rule)) {
        add_month(rule, year, month, out);
    } else if (const int day = date_of(start).day; day <= days_in_month(year, month)) {
        out.push_back(day_of(year, month, day));
    }
    return out;
}

std::vector<Seconds> days_of_year(const Rule& rule, int year, Seconds start) {
    if (!rule.by_week_no.empty()) return by_weeks(rule, year, start);
    std::vector<Seconds> out;
    const Date from = date_of(start);
    for (int month = 1; month <= 12; ++month) {
        if (!month_passes(rule, month)) continue;
        if (names_days(rule)) {
            add_month(rule, year, month, out);
        } else if ((!rule.by_month.empty() || month == from.month) && from.day <= days_in_month(year, month)) {
            out.push_back(day_of(year, month, from.day));
        }
    }
    return out;
}

std::vector<Seconds> days_of_week(const Rule& rule, Seconds first_day, Seconds start) {
    std::vector<Seconds> out;
    for (Seconds day = first_day; day < first_day + 7; ++day) {
        if (rule.by_day.empty() && weekday_of(day) != weekday_of(start)) continue;
        if (passes(rule, day)) out.push_back(day);
    }
    return out;
}

bool passes(const Rule& rule, Seconds day) {
    const Date date = date_of(day);
    return month_passes(rule, date.month) && day_numbers_pass(rule, day, date) && plain_weekday_passes(rule, weekday_of(day));
}

}  // namespace sky::ical
