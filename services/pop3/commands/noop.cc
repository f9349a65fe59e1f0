// NOOP. RFC 1939 §5
#include "pop3/session.h"
#include "sky/pop3-proto/response.h"

namespace sky::pop3d {

Task<Answer> noop(Session&, std::string_view argument) {
    if (!argument.empty()) co_return unexpected(Fault::syntax, "NOOP takes no arguments");
    co_return pop3::ok("still here");
}

}  // namespace sky::pop3d
