// STARTTLS. RFC 3207 §4
#include "sky/telemetry/log.h"
#include "smtp/session.h"

namespace sky::smtpd {

Task<Verdict> starttls(Session& session, std::string_view argument) {
    if (!argument.empty()) co_return smtp::Reply{501, "5.5.4", {"STARTTLS takes no arguments"}};
    if (session.stream().is_tls()) co_return smtp::Reply{503, "5.5.1", {"already under TLS"}};
    if (!session.house().tls) co_return smtp::Reply{454, "4.7.0", {"TLS not available"}};
    auto secured = co_await session.secure({220, "2.0.0", {"go ahead"}});
    if (!secured) {
        log::info("smtp.tls.refused",
                  {{"session", session.trace().id()}, {"remote", session.stream().peer().address}, {"reason", secured.error().reason}});
        co_return std::unexpected(std::move(secured.error()));
    }
    co_return smtp::Reply{};  // said before the handshake
}

}  // namespace sky::smtpd
