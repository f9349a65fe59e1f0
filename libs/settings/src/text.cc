#include "text.h"

#include <algorithm>
#include <numeric>

#include "sky/base/ascii.h"

namespace sky::settings {
namespace {

struct Unit {
    std::string_view name;
    std::int64_t factor;
};
// Largest first: number_text() takes the first that divides.
constexpr Unit durations[] = {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}};
constexpr Unit sizes[] = {{"G", 1 << 30}, {"M", 1 << 20}, {"K", 1 << 10}, {"", 1}};

std::optional<std::int64_t> parse_with(std::span<const Unit> units, std::string_view text) {
    const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto whole = ascii::number(text.substr(0, digits), INT64_MAX);
    if (!whole) return std::nullopt;
    for (const Unit& unit : units) {
        if (!ascii::equals_ignoring_case(unit.name, text.substr(digits))) continue;
        if (static_cast<std::int64_t>(*whole) > INT64_MAX / unit.factor) return std::nullopt;
        return static_cast<std::int64_t>(*whole) * unit.factor;
    }
    return std::nullopt;
}

std::string text_with(std::span<const Unit> units, std::int64_t value) {
    for (const Unit& unit : units) {
        if (value != 0 && value % unit.factor == 0) return std::to_string(value / unit.factor) + std::string(unit.name);
    }
    return std::to_string(value) + std::string(units.back().name);
}

// Levenshtein's distance.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0]++;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, diagonal + 1, row[j] + 1});
        }
    }
    return row.back();
}

}  // namespace

std::optional<std::int64_t> parse_duration(std::string_view text) { return parse_with(durations, text); }
std::optional<std::int64_t> parse_bytes(std::string_view text) { return parse_with(sizes, text); }

std::vector<std::string> list_parts(std::string_view text) {
    std::vector<std::string> out;
    for (const auto part : ascii::split(text, ',')) {
        if (const auto trimmed = ascii::trim(part); !trimmed.empty()) out.emplace_back(trimmed);
    }
    return out;
}

std::string number_text(const Row& row, std::int64_t value) {
    if (row.kind == Kind::duration) return text_with(durations, value);
    if (row.kind == Kind::bytes) return text_with(sizes, value);
    return std::to_string(value);
}

std::string nearest_key(std::span<const Row> rows, std::string_view key) {
    std::string_view best;
    std::size_t least = std::max<std::size_t>(4, key.size() / 2);  // farther is no help
    for (const Row& row : rows) {
        const auto far = distance(row.key, key);
        if (far < least) {
            least = far;
            best = row.key;
        }
    }
    return std::string(best);
}

std::string_view kind_name(Kind kind) {
    switch (kind) {
        case Kind::text:
            return "text";
        case Kind::number:
            return "number";
        case Kind::duration:
            return "duration";
        case Kind::bytes:
            return "bytes";
        case Kind::file:
            return "file";
        case Kind::secret:
            return "secret";
        case Kind::list:
            return "list";
        case Kind::choice:
            return "choice";
    }
    return "text";
}

}  // namespace sky::settings
