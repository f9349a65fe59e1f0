#include "mechanism.h"
#include "sky/base/ascii.h"

namespace sky::sasl {
namespace {
bool is_text(std::string_view text) { return text.find('\0') == std::string_view::npos && ascii::is_utf8(text); }
}  // namespace

bool is_name_or_empty(std::string_view name) { return name.size() <= max_name && is_text(name); }

Turn checked(Password given) {
    if (given.authentication.empty() || given.password.empty()) return malformed("empty name or password");
    if (given.password.size() > max_password) return malformed("password too long");
    if (!is_name_or_empty(given.authorization) || !is_name_or_empty(given.authentication) || !is_text(given.password))
        return malformed("name or password is too long or not text");
    return given;
}

}  // namespace sky::sasl
