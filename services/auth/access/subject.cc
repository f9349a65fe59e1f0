#include "auth/access/subject.h"

#include <algorithm>

namespace sky::auth {
namespace {
constexpr std::string_view names[] = {"user", "help_desk", "tenant", "reseller", "platform"};  // in Role's order
}

std::string_view name_of(Role role) { return names[static_cast<std::size_t>(role)]; }

std::optional<Role> role_named(std::string_view name) {
    const auto found = std::ranges::find(names, name);
    if (found == std::end(names)) return std::nullopt;
    return static_cast<Role>(found - std::begin(names));
}

}  // namespace sky::auth
