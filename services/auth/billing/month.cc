#include "auth/billing/month.h"

#include <charconv>

namespace sky::auth {
namespace {
std::optional<int> number(std::string_view digits) {
    int out = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
    if (error != std::errc{} || end != digits.data() + digits.size() || digits.front() == '-') return std::nullopt;
    return out;
}
std::string padded(unsigned value) { return (value < 10 ? "0" : "") + std::to_string(value); }
}  // namespace

std::optional<Month> parse_month(std::string_view text) {
    if (text.size() != 7 || text[4] != '-') return std::nullopt;
    const auto year = number(text.substr(0, 4)), month = number(text.substr(5));
    if (!year || !month || *year < 2000 || *month < 1 || *month > 12) return std::nullopt;
    return Month{std::chrono::year(*year) / *month};
}

std::optional<Day> parse_day(std::string_view text) {
    if (text.size() != 10 || text[7] != '-') return std::nullopt;
    const auto month = parse_month(text.substr(0, 7));
    const auto day = number(text.substr(8));
    if (!month || !day || *day < 1 || *day > month->days()) return std::nullopt;
    return month->first() + std::chrono::days(*day - 1);
}

std::string text_of(Month month) {
    return std::to_string(static_cast<int>(month.value.year())) + "-" + padded(static_cast<unsigned>(month.value.month()));
}

std::string text_of(Day day) {
    const std::chrono::year_month_day date(day);
    return text_of(Month{date.year() / date.month()}) + "-" + padded(static_cast<unsigned>(date.day()));
}

}  // namespace sky::auth
