// USER: the name; says the same of every name. RFC 1939 §7
#include "pop3/session.h"
#include "sky/pop3-proto/response.h"

namespace sky::pop3d {

Task<Answer> user(Session& session, std::string_view argument) {
    if (!session.secure()) co_return unexpected(Fault::privacy_required, "STLS first");
    if (argument.empty() || argument.size() > 255) co_return unexpected(Fault::syntax, "USER name expected");
    session.client().name = std::string(argument);
    co_return pop3::ok("now PASS");
}

}  // namespace sky::pop3d
