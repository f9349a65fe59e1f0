#include "skyctl/plan/nearest.h"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace sky::skyctl::plan {
namespace {
// Levenshtein's, over one row.
std::size_t edits(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), 0);
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t above_left = std::exchange(row[0], i + 1);
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t least = std::min({row[j] + 1, row[j + 1] + 1, above_left + (a[i] != b[j])});
            above_left = std::exchange(row[j + 1], least);
        }
    }
    return row.back();
}
}  // namespace

std::string did_you_mean(std::string_view text, std::span<const std::string> names) {
    const auto nearest = std::ranges::min_element(names, {}, [&](const std::string& name) { return edits(text, name); });
    const std::size_t near = std::max<std::size_t>(2, text.size() / 2);
    if (nearest == names.end() || edits(text, *nearest) > near) return {};
    return "; did you mean " + *nearest + "?";
}

}  // namespace sky::skyctl::plan
