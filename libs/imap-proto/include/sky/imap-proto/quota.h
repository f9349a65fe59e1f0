#pragma once
// SETQUOTA's arguments (RFC 9208 §4.1.3).
#include <string>
#include <vector>

#include "sky/imap-proto/arguments.h"

namespace sky::imap {

struct QuotaLimit {
    std::string resource;  // in capitals: STORAGE, MESSAGE, …
    std::uint64_t limit = 0;
};
struct SetQuota {
    std::string root;
    std::vector<QuotaLimit> limits;  // what is not named has no limit any more
};
// root "(" [resource SP limit …] ")"
Result<SetQuota> parse_set_quota(Arguments& arguments);

}  // namespace sky::imap
