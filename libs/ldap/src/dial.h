#pragma once
// A TCP connection to a host: names are resolved here, and only addresses that are permitted are connected to. Blocks.
#include "sky/ldap/client.h"

namespace sky::ldap {

// The socket, non-blocking. Fault::unavailable.
Result<int> dial(const Options& options, const Server& server, Deadline deadline);

// Until then, but no longer than the patience; never negative.
std::chrono::milliseconds time_left(std::chrono::milliseconds patience, Deadline deadline);

}  // namespace sky::ldap
