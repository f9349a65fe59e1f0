#pragma once
#include <span>
#include <string>
#include <string_view>

namespace sky::skyctl::plan {

// "; did you mean tenants?" with the name that is the fewest edits away; empty when none is near.
std::string did_you_mean(std::string_view text, std::span<const std::string> names);

}  // namespace sky::skyctl::plan
