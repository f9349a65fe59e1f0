// STLS. RFC 2595 §4
#include "pop3/session.h"
#include "sky/pop3-proto/response.h"
#include "sky/telemetry/log.h"

namespace sky::pop3d {

Task<Answer> stls(Session& session, std::string_view argument) {
    if (!argument.empty()) co_return unexpected(Fault::syntax, "STLS takes no arguments");
    if (session.secure()) co_return unexpected(Fault::wrong_state, "already under TLS");
    if (!session.house().tls) co_return unexpected(Fault::unsupported, "TLS not available");
    auto secured = co_await session.start_tls(pop3::ok("go ahead"));
    if (!secured) {
        log::info("pop3.tls.refused",
                  {{"session", session.trace().id()}, {"remote", session.stream().peer().address}, {"reason", secured.error().reason}});
        co_return std::unexpected(std::move(secured.error()));
    }
    co_return std::string{};  // said before the handshake
}

}  // namespace sky::pop3d
