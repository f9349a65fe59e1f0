#include "groupware/commands.h"
#include "groupware/new_calendar.h"

namespace sky::groupware {

// Extended MKCOL (RFC 5689 §3): the same with its type in the body. Plain collections are not offered.
Task<http::Response> mkcol(const Call& call) { return new_calendar(call, TypeIn::body); }

}  // namespace sky::groupware
