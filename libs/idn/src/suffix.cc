#include "sky/idn/suffix.h"

#include <libpsl.h>

namespace sky::idn {
namespace {
// Owned by libpsl and never changed; null only where Debian's package was built without it.
const psl_ctx_t* list() {
    static const psl_ctx_t* const builtin = psl_builtin();
    if (builtin == nullptr) std::abort();
    return builtin;
}
}  // namespace

bool is_public_suffix(std::string_view ascii_domain) {
    const std::string name(ascii_domain);
    return name.find('.') == std::string::npos || psl_is_public_suffix(list(), name.c_str()) != 0;
}

std::optional<std::string> organisational_domain(std::string_view ascii_domain) {
    const std::string name(ascii_domain);
    const char* found = psl_registrable_domain(list(), name.c_str());  // points into `name`
    if (found == nullptr) return std::nullopt;
    return std::string(found);
}

Result<void> check_registrable(std::string_view ascii_domain) {
    if (ascii_domain.find('.') == std::string_view::npos)
        return unexpected(Fault::syntax, "a single label is a top-level name, which nobody's mail can have");
    if (is_public_suffix(ascii_domain))
        return unexpected(Fault::syntax, "this is a public suffix, under which others register their names");
    return {};
}

}  // namespace sky::idn
