// EXPN: lists are nobody's business. RFC 5321 §3.5.3, §7.3
#include "smtp/session.h"

namespace sky::smtpd {

Task<Verdict> expn(Session&, std::string_view) { co_return smtp::Reply{502, "5.5.1", {"EXPN is not offered"}}; }

}  // namespace sky::smtpd
