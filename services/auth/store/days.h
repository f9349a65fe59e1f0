#pragma once
// Days and cursors between C++ and SQL, where a day is the number of days since 1970-01-01.
#include <charconv>
#include <string_view>

#include "auth/billing/month.h"

namespace sky::auth {

inline std::int32_t number_of(Day day) { return static_cast<std::int32_t>(day.time_since_epoch().count()); }
inline Day day_of(std::int32_t number) { return Day(std::chrono::days(number)); }

// The number that a list goes on behind; 0 for what is none.
inline std::int64_t number_of(std::string_view cursor) {
    std::int64_t out = 0;
    std::from_chars(cursor.data(), cursor.data() + cursor.size(), out);
    return out;
}

}  // namespace sky::auth
