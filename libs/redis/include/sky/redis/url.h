#pragma once
// The setting REDIS: host:port, redis://user:password@host:port, rediss://… (TLS).
#include <string_view>

#include "sky/base/result.h"
#include "sky/redis/options.h"

namespace sky::redis {

// User and password are percent-decoded; the port is 6379 when left out. Fault::syntax for anything else; the error never holds the
// password.
Result<Options> parse_url(std::string_view text);

}  // namespace sky::redis
