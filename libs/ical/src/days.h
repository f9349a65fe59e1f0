#pragma once
// Which days of a period a rule means (RFC 5545 §3.3.10, the table of expanding and limiting parts). Days are counted from 1970-01-01.
#include <vector>

#include "sky/ical/recur.h"

namespace sky::ical {

struct Date {
    int year;
    int month;  // 1 to 12
    int day;
};

Date date_of(Seconds day);
Seconds day_of(int year, int month, int day);
int days_in_month(int year, int month);
int weekday_of(Seconds day);  // 0 is Sunday

// Ascending. `start` is DTSTART's day, which fills in what the rule leaves out.
std::vector<Seconds> days_of_year(const Rule& rule, int year, Seconds start);
std::vector<Seconds> days_of_month(const Rule& rule, int year, int month, Seconds start);
std::vector<Seconds> days_of_week(const Rule& rule, Seconds first_day, Seconds start);

// Whether the parts that limit a day let it pass; for DAILY and finer frequencies.
bool passes(const Rule& rule, Seconds day);

}  // namespace sky::ical
