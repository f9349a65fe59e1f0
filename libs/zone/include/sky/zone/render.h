#pragma once
// Records as text for a name server.
#include <string>
#include <string_view>
#include <vector>

#include "sky/zone/expected.h"

namespace sky::zone {

// RFC 1035 §5.1: quoted, and split into strings of at most 255 octets.
std::string quoted_text(std::string_view text);

// A zone file for `domain`, without SOA and NS, each record below the sentence that says why. Records of other zones stand as comments.
std::string zone_text(const std::vector<Record>& records, std::string_view domain);

}  // namespace sky::zone
