// RSET: nothing is deleted after all. RFC 1939 §5
#include "pop3/session.h"
#include "sky/pop3-proto/response.h"

namespace sky::pop3d {

Task<Answer> rset(Session& session, std::string_view argument) {
    if (!argument.empty()) co_return unexpected(Fault::syntax, "RSET takes no arguments");
    session.client().maildrop.unmark_all();
    co_return pop3::ok("nothing is marked");
}

}  // namespace sky::pop3d
