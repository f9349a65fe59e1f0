#include "groupware/commands.h"
#include "groupware/new_calendar.h"

namespace sky::groupware {

// MKCALENDAR (RFC 4791 §5.3.1).
Task<http::Response> mkcalendar(const Call& call) { return new_calendar(call, TypeIn::method); }

}  // namespace sky::groupware
