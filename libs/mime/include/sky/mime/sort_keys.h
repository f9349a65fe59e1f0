#pragma once
// What SORT and THREAD order a message by (RFC 5256, RFC 5957), computed once from its header.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sky/base/clock.h"
#include "sky/mime/header.h"

namespace sky::mime {

// Texts are prepared for comparing by octets (fold.h); of each at most longest_sort_key octets count.
inline constexpr std::size_t longest_sort_key = 998;
struct SortKeys {
    std::string from, to, cc;              // addr-mailbox of the first address
    std::string display_from, display_to;  // RFC 5957 §3
    std::string subject;                   // base subject
    bool is_reply = false;                 // or forward
    std::optional<Time> sent;              // the Date field
    std::int16_t sent_offset = 0;          // minutes of its zone
    std::int64_t message = 0;              // message_ref() of Message-ID; 0: none
    std::vector<std::int64_t> parents;     // of References, or of In-Reply-To's first id; oldest first, at most longest_ancestry
};
inline constexpr std::size_t longest_ancestry = 100;  // of a longer one the first and the newest stay

SortKeys sort_keys(const Header& header);

}  // namespace sky::mime
