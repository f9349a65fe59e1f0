// NOOP: nothing, with any argument. RFC 5321 §4.1.1.9
#include "smtp/session.h"

namespace sky::smtpd {

Task<Verdict> noop(Session&, std::string_view) { co_return smtp::Reply{250, "2.0.0", {"ok"}}; }

}  // namespace sky::smtpd
