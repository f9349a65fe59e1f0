#include "skyctl/verb.h"

#include "sky/base/ascii.h"

namespace sky::skyctl {

std::string Arguments::text(std::string_view option) const {
    const auto found = values_.find(option);
    return found == values_.end() || found->second.empty() ? std::string() : found->second.front();
}

std::int64_t Arguments::number(std::string_view option) const { return parse_octets(text(option)).value_or(0); }

bool Arguments::given(std::string_view option) const { return values_.contains(option); }

std::vector<std::string> Arguments::texts(std::string_view option) const {
    const auto found = values_.find(option);
    return found == values_.end() ? std::vector<std::string>{} : found->second;
}

void Arguments::set(std::string_view option, std::vector<std::string> values) { values_[std::string(option)] = std::move(values); }

std::optional<std::int64_t> parse_octets(std::string_view text) {
    int shift = 0;
    if (!text.empty() && !ascii::is_digit(text.back())) {
        constexpr std::string_view units = "KMGT";
        const auto unit = units.find(ascii::upper(text.back()));
        if (unit == std::string_view::npos) return std::nullopt;
        shift = 10 * static_cast<int>(unit + 1);
        text.remove_suffix(1);
    }
    const auto number = ascii::number(text, static_cast<std::uint64_t>(INT64_MAX >> shift));
    if (!number) return std::nullopt;
    return static_cast<std::int64_t>(*number << shift);
}

}  // namespace sky::skyctl
