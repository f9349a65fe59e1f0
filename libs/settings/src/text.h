#pragma once
// How values are written, and which key somebody probably meant.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sky/settings/row.h"

namespace sky::settings {

std::optional<std::int64_t> parse_duration(std::string_view text);  // milliseconds
std::optional<std::int64_t> parse_bytes(std::string_view text);
std::vector<std::string> list_parts(std::string_view text);
std::string number_text(const Row& row, std::int64_t value);  // a bound as it would be written
std::string nearest_key(std::span<const Row> rows, std::string_view key);
std::string_view kind_name(Kind kind);

}  // namespace sky::settings
