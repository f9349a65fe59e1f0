#include "groupware/place.h"

#include <fmt/format.h>

#include <vector>

#include "sky/dav-proto/href.h"

namespace sky::groupware {
namespace {

std::optional<Place> place_of(const std::optional<std::vector<std::string>>& found, AccountId account) {
    if (!found) return std::nullopt;
    const auto& segments = *found;
    const std::size_t count = segments.size();
    if (count == 0) return Place{};
    if (segments[0] != "dav" || count > 5) return std::nullopt;
    if (count == 1) return Place{};
    const bool principals = segments[1] == "principals";
    if (!principals && segments[1] != "calendars") return std::nullopt;
    if (count == 2) return principals ? std::optional(Place{.kind = Kind::principals, .calendar = {}, .object = {}}) : std::nullopt;
    if (segments[2] != std::to_string(account.value)) return std::nullopt;
    if (count == 3) return Place{.kind = principals ? Kind::principal : Kind::home, .calendar = {}, .object = {}};
    if (principals) return std::nullopt;
    if (count == 4) return Place{.kind = Kind::calendar, .calendar = segments[3], .object = {}};
    return Place{.kind = Kind::object, .calendar = segments[3], .object = segments[4]};
}

}  // namespace

std::optional<Place> place_of(std::string_view path, AccountId account) { return place_of(dav::split_path(path), account); }
std::optional<Place> place_of_href(std::string_view href, AccountId account) { return place_of(dav::split_href(href), account); }

std::string principal_path(AccountId account) { return fmt::format("/dav/principals/{}/", account.value); }
std::string home_path(AccountId account) { return fmt::format("/dav/calendars/{}/", account.value); }
std::string calendar_path(AccountId account, std::string_view slug) { return fmt::format("/dav/calendars/{}/{}/", account.value, slug); }
std::string object_path(AccountId account, std::string_view slug, std::string_view name) {
    return fmt::format("/dav/calendars/{}/{}/{}", account.value, slug, name);
}

}  // namespace sky::groupware
