// RSET: gives the transaction up. RFC 5321 §4.1.1.5
#include "smtp/session.h"

namespace sky::smtpd {

Task<Verdict> rset(Session& session, std::string_view argument) {
    if (!argument.empty()) co_return smtp::Reply{501, "5.5.4", {"RSET takes no arguments"}};
    session.peer().transaction.reset();
    co_return smtp::Reply{250, "2.0.0", {"ok"}};
}

}  // namespace sky::smtpd
