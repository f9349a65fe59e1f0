#pragma once
// Where a URL points. /dav/principals/ACCOUNT/, /dav/calendars/ACCOUNT/CALENDAR/OBJECT; ACCOUNT is an opaque number that never changes.
#include <optional>
#include <string>
#include <string_view>

#include "sky/base/ids.h"

namespace sky::groupware {

enum class Kind { root, principals, principal, home, calendar, object };

struct Place {
    Kind kind = Kind::root;
    std::string calendar;  // slug
    std::string object;    // name
};

// The place of a decoded path, for its owner's eyes: nothing for another account's, as for what can't exist.
std::optional<Place> place_of(std::string_view path, AccountId account);
// The same for a href of a request body.
std::optional<Place> place_of_href(std::string_view href, AccountId account);

// Decoded paths.
inline constexpr std::string_view root_path = "/dav/";
std::string principal_path(AccountId account);
std::string home_path(AccountId account);
std::string calendar_path(AccountId account, std::string_view slug);
std::string object_path(AccountId account, std::string_view slug, std::string_view name);

}  // namespace sky::groupware
