// QUIT: the orderly end. RFC 5321 §4.1.1.10
#include "smtp/session.h"

namespace sky::smtpd {

Task<Verdict> quit(Session& session, std::string_view argument) {
    if (!argument.empty()) co_return smtp::Reply{501, "5.5.4", {"QUIT takes no arguments"}};
    session.close();
    co_return smtp::Reply{221, "2.0.0", {"bye"}};
}

}  // namespace sky::smtpd
