#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace sky::skyctl {

// "2027-01-31": its beginning in UTC, as Unix seconds; empty for what is no day.
std::optional<std::int64_t> parse_day(std::string_view text);

}  // namespace sky::skyctl
