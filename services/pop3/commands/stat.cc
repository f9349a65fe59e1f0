// STAT. RFC 1939 §5
#include "pop3/session.h"
#include "sky/pop3-proto/response.h"

namespace sky::pop3d {

Task<Answer> stat(Session& session, std::string_view argument) {
    if (!argument.empty()) co_return unexpected(Fault::syntax, "STAT takes no arguments");
    const auto totals = session.client().maildrop.totals();
    co_return pop3::ok(std::to_string(totals.messages) + " " + std::to_string(totals.octets));
}

}  // namespace sky::pop3d
