#include "value.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

#include "sky/base/ascii.h"

namespace sky::settings {
namespace {
struct Unit {
    std::string_view suffix;
    std::int64_t factor;
};
constexpr Unit durations[] = {{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};
constexpr Unit sizes[] = {{"K", 1 << 10}, {"M", 1 << 20}, {"G", 1 << 30}, {"", 1}};

template <std::size_t N>
std::optional<std::int64_t> with_unit(std::string_view text, const Unit (&units)[N]) {
    for (const auto& unit : units) {
        if (!text.ends_with(unit.suffix)) continue;
        const auto count = ascii::number(text.substr(0, text.size() - unit.suffix.size()), std::uint64_t{1} << 52);
        if (count) return static_cast<std::int64_t>(*count) * unit.factor;
    }
    return std::nullopt;
}

std::unexpected<Error> wrong(std::string_view name, std::string_view text, const std::string& wanted) {
    return unexpected(Fault::syntax, std::string(name) + " is '" + ascii::printable(text, 60) + "', but " + wanted);
}
}  // namespace

std::string_view kind_name(Kind kind) {
    constexpr std::string_view names[] = {"text", "number", "duration", "bytes", "file", "secret", "list", "choice"};
    return names[static_cast<std::size_t>(kind)];
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const auto above = row[j];
            row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
            diagonal = above;
        }
    }
    return row[b.size()];
}

Result<std::int64_t> check_value(std::string_view name, const Row& row, std::string_view text) {
    if (text.empty()) {
        if (row.need == Need::required) return unexpected(Fault::syntax, std::string(name) + " must be set: " + std::string(row.sentence));
        return 0;
    }
    std::optional<std::int64_t> number;
    switch (row.kind) {
        case Kind::text:
        case Kind::secret:
            return 0;
        case Kind::file: {
            const int file = ::open(std::string(text).c_str(), O_RDONLY | O_CLOEXEC);
            if (file < 0) return wrong(name, text, "that file cannot be read");
            ::close(file);
            return 0;
        }
        case Kind::choice: {
            const auto choices = ascii::split(row.choices, '|');
            if (std::ranges::find(choices, text) != choices.end()) return 0;
            return wrong(name, text, "it must be one of " + std::string(row.choices));
        }
        case Kind::list:
            number = std::ranges::count(text, ',') + 1;
            break;
        case Kind::number: {
            const auto plain = ascii::number(text, static_cast<std::uint64_t>(INT64_MAX));
            if (!plain) return wrong(name, text, "it must be a whole number");
            number = static_cast<std::int64_t>(*plain);
            break;
        }
        case Kind::duration:
            number = with_unit(text, durations);
            if (!number) return wrong(name, text, "it must be a duration such as 250ms, 30s, 5m, 2h or 7d");
            break;
        case Kind::bytes:
            number = with_unit(text, sizes);
            if (!number) return wrong(name, text, "it must be a size such as 65536, 64K, 50M or 1G");
            break;
    }
    if (*number < row.least || *number > row.most) {
        const std::string unit = row.kind == Kind::duration ? " milliseconds" : row.kind == Kind::bytes ? " octets" : "";
        return wrong(name, text, "it must lie between " + std::to_string(row.least) + " and " + std::to_string(row.most) + unit);
    }
    return *number;
}

}  // namespace sky::settings
