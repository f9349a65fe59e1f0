// CAPA: what we can do, in this state. RFC 2449 §5
#include <fmt/ranges.h>

#include "pop3/session.h"
#include "sky/identity/connection.h"
#include "sky/pop3-proto/response.h"

namespace sky::pop3d {

Task<Answer> capa(Session& session, std::string_view argument) {
    if (!argument.empty()) co_return unexpected(Fault::syntax, "CAPA takes no arguments");
    std::string answer = pop3::ok("capabilities");
    answer += "TOP\r\nUIDL\r\nRESP-CODES\r\nAUTH-RESP-CODE\r\nPIPELINING\r\n";
    if (session.secure())
        answer += fmt::format("USER\r\nSASL {}\r\n", fmt::join(identity::offered_on(session.stream(), session.policy().mechanisms), " "));
    else if (session.house().tls)
        answer += "STLS\r\n";
    answer += "EXPIRE NEVER\r\nIMPLEMENTATION Skybridge\r\n.\r\n";
    co_return answer;
}

}  // namespace sky::pop3d
