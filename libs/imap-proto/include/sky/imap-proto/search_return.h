#pragma once
// What a search answers with: the RETURN options of ESEARCH (RFC 4731 §3.1) and what others added.
#include <optional>
#include <vector>

#include "sky/imap-proto/fetch.h"
#include "sky/imap-proto/partial_range.h"

namespace sky::imap {

struct SearchReturn {
    bool extended = false;  // RETURN was given: an ESEARCH response
    bool min = false, max = false, count = false, all = false;
    bool save = false;                    // RFC 5182
    bool update = false;                  // RFC 5267 §4.3
    std::vector<FetchItem> update_items;  // what UPDATE tells of new messages (RFC 5465 §7)
    bool context = false;                 // RFC 5267 §4.2, a hint
    bool relevancy = false;               // RFC 6203 §4
    std::optional<PartialRange> partial;  // RFC 9394 §3.1

    // SAVE alone answers nothing (RFC 5182 §2.1).
    bool is_silent() const { return extended && !(min || max || count || all || relevancy || partial); }
};

// " RETURN (…)" where it stands; nothing read: a plain response. Without an option that asks for results it is ALL, but for SAVE.
// Fault::syntax for options that exclude each other.
Result<SearchReturn> parse_search_return(Arguments& arguments);

}  // namespace sky::imap
