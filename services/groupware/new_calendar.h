#pragma once
// What MKCALENDAR and extended MKCOL have in common.
#include "groupware/call.h"

namespace sky::groupware {

enum class TypeIn { method, body };  // MKCOL says in its body what it makes

Task<http::Response> new_calendar(const Call& call, TypeIn type);

}  // namespace sky::groupware
