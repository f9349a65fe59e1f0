#include "groupware/commands.h"

namespace sky::groupware {

// OPTIONS says what this server can do; it needs no sign-in, since it tells nothing of anyone.
Task<http::Response> options(const Call&) {
    http::Response out = empty(200);
    out.headers.set("DAV", dav_classes);
    out.headers.set("Allow", allowed_methods);
    co_return out;
}

}  // namespace sky::groupware
