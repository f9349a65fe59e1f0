#pragma once
// Octets of peers as text for PostgreSQL, which takes UTF-8 without NUL only.
#include <string>

namespace sky::delivery::store {

// As it is when it is such text, else printable ASCII; at most about 1,000 octets.
std::string text(const std::string& octets);

}  // namespace sky::delivery::store
