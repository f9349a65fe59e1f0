// CAPA: what we can do, in this state. RFC 2449 §5
#include "pop3/session.h"
#include "sky/pop3-proto/response.h"
#include "sky/sasl/exchange.h"

namespace sky::pop3d {

Task<Answer> capa(Session& session, std::string_view argument) {
    if (!argument.empty()) co_return unexpected(Fault::syntax, "CAPA takes no arguments");
    std::string answer = pop3::ok("capabilities");
    answer += "TOP\r\nUIDL\r\nRESP-CODES\r\nAUTH-RESP-CODE\r\nPIPELINING\r\n";
    if (session.secure())
        answer += "USER\r\nSASL " + std::string(sasl::offered()) + "\r\n";
    else if (session.house().tls)
        answer += "STLS\r\n";
    answer += "EXPIRE NEVER\r\nIMPLEMENTATION Skybridge\r\n.\r\n";
    co_return answer;
}

}  // namespace sky::pop3d
