#pragma once
// One setting's text, checked against its row.
#include <string>
#include <string_view>

#include "sky/base/result.h"
#include "sky/settings/row.h"

namespace sky::settings {

// The number that the text stands for (milliseconds, octets, count); 0 for texts. The error names the key and what is wanted.
Result<std::int64_t> check_value(std::string_view name, const Row& row, std::string_view text);
std::string_view kind_name(Kind kind);

// How many insertions, deletions and replacements lie between two words.
std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace sky::settings
