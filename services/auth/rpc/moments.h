#pragma once
// Moments that callers name.
#include "sky/base/clock.h"
#include "sky/base/result.h"

namespace sky::auth {

// Unix seconds of a request, which are not negative. Fault::syntax near the end of what Time can hold (the year 2262): "never" is said in
// another way.
inline Result<Time> time_of(std::int64_t unix_seconds) {
    constexpr std::int64_t latest = 9'000'000'000;  // 2255-03-14
    if (unix_seconds < 0) return unexpected(Fault::syntax, "this is before 1970");
    if (unix_seconds > latest) return unexpected(Fault::syntax, "no date is later than the year 2255");
    return Time(std::chrono::seconds(unix_seconds));
}

}  // namespace sky::auth
