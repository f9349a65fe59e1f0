// VRFY: says the same of every address, lest it be used to harvest. RFC 5321 §3.5.3, §7.3
#include "smtp/session.h"

namespace sky::smtpd {

Task<Verdict> vrfy(Session&, std::string_view argument) {
    if (argument.empty()) co_return smtp::Reply{501, "5.5.4", {"VRFY what?"}};
    co_return smtp::Reply{252, "2.0.0", {"can't say, but will take mail and try"}};
}

}  // namespace sky::smtpd
