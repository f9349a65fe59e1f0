#include "sky/failpoint/spec.h"

#include <charconv>
#include <optional>

#include "sky/base/ascii.h"

namespace sky::failpoint {
namespace {

std::optional<std::chrono::milliseconds> seconds(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
    if (error != std::errc() || end != text.data() + text.size() || !(value >= 0 && value <= 86'400)) return std::nullopt;
    return std::chrono::milliseconds(static_cast<std::int64_t>(value * 1000));
}

std::optional<Action> action_of(std::string_view text) {
    using Kind = Action::Kind;
    if (text == "crash") return Action{Kind::crash};
    if (text == "error") return Action{Kind::error};
    if (text == "hang") return Action{Kind::wait, std::chrono::hours(1)};
    for (const std::string_view prefix : {"hang:", "sleep:"}) {
        if (!text.starts_with(prefix)) continue;
        const auto wait = seconds(text.substr(prefix.size()));
        if (wait) return Action{Kind::wait, *wait};
    }
    return std::nullopt;
}

std::optional<Point> point_of(std::string_view text) {
    const auto equals = text.find('=');
    if (equals == 0 || equals == std::string_view::npos) return std::nullopt;
    Point out;
    out.name = ascii::trim(text.substr(0, equals));
    text.remove_prefix(equals + 1);
    if (const auto at = text.find('@'); at != std::string_view::npos) {
        const auto nth = ascii::number(text.substr(at + 1));
        if (!nth || *nth == 0) return std::nullopt;
        out.only_hit = *nth;
        text = text.substr(0, at);
    }
    const auto action = action_of(text);
    if (!action) return std::nullopt;
    out.action = *action;
    return out;
}

}  // namespace

Result<std::vector<Point>> parse(std::string_view specification) {
    std::vector<Point> out;
    while (!specification.empty()) {
        const auto end = specification.find_first_of(";\n");
        const auto part = ascii::trim(specification.substr(0, end));
        specification = end == std::string_view::npos ? std::string_view{} : specification.substr(end + 1);
        if (part.empty()) continue;
        auto point = point_of(part);
        if (!point) return unexpected(Fault::syntax, "not name=crash|error|hang[:s]|sleep:s[@nth]: " + ascii::printable(part));
        out.push_back(std::move(*point));
    }
    return out;
}

}  // namespace sky::failpoint
