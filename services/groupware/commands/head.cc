#include "groupware/commands.h"

namespace sky::groupware {

// HEAD is GET; the HTTP server drops the body and keeps its length (RFC 9110 §9.3.2).
Task<http::Response> head(const Call& call) { return get(call); }

}  // namespace sky::groupware
