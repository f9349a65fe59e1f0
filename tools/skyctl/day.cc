#include "skyctl/day.h"

#include <chrono>

#include "sky/base/ascii.h"

namespace sky::skyctl {

std::optional<std::int64_t> parse_day(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    const auto year = ascii::number(text.substr(0, 4), 9999), month = ascii::number(text.substr(5, 2), 12),
               day = ascii::number(text.substr(8, 2), 31);
    if (!year || !month || !day) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)), std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok()) return std::nullopt;
    return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::sys_days(date).time_since_epoch()).count();
}

}  // namespace sky::skyctl
