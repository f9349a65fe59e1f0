#pragma once
// Address lists (RFC 5322 §3.4, obsolete forms of §4.4): mailboxes, groups, routes, comments. Anything is accepted; what makes no sense
// becomes an address without a host.
#include <string>
#include <string_view>
#include <vector>

namespace sky::mime {

struct Address {
    enum class Kind { mailbox, group_start, group_end };
    Kind kind = Kind::mailbox;
    std::string name;   // display name (or group name, or a comment when there is no display name), unquoted, not decoded
    std::string route;  // obsolete source route, "@a,@b"
    std::string local;  // local part, unquoted
    std::string domain;
};

// At most `limit` entries; the rest is ignored.
std::vector<Address> parse_addresses(std::string_view value, std::size_t limit = 10'000);

// "Decoded Name <local@domain>, …" in UTF-8, for searching and showing.
std::string readable(const std::vector<Address>& addresses);

}  // namespace sky::mime
