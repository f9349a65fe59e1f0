// HELP. RFC 5321 §4.1.1.8
#include "smtp/session.h"

namespace sky::smtpd {

Task<Verdict> help(Session&, std::string_view) { co_return smtp::Reply{214, "2.0.0", {"see RFC 5321"}}; }

}  // namespace sky::smtpd
