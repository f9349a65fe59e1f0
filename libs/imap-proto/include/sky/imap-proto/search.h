#pragma once
// What SEARCH asks for (RFC 9051 §6.4.4).
#include <string>
#include <vector>

#include "sky/imap-proto/arguments.h"

namespace sky::imap {

struct SearchKey {
    enum class Kind {
        all,
        flag,      // number: the FlagBit; is_set: which way
        keyword,   // text; is_set
        sequence,  // set, message numbers
        uid,       // set
        header,    // field, text; empty text: the field exists
        from,
        to,
        cc,
        bcc,
        subject,  // text
        body,
        text,  // text
        before,
        on,
        since,  // date, of INTERNALDATE
        sent_before,
        sent_on,
        sent_since,  // date, of the Date field
        larger,
        smaller,  // number
        older,
        younger,  // number of seconds (RFC 5032)
        mod_seq,  // number: at least this (RFC 7162 §3.1.5)
        email_id,
        thread_id,  // text (RFC 8474)
        negation,   // one child
        either,     // two children
        both,       // all children
        nothing,    // never true: RECENT, NEW
    };
    Kind kind = Kind::all;
    bool is_set = true;
    std::uint64_t number = 0;
    std::string field;
    std::string text;
    std::chrono::sys_days date{};
    SequenceSet set;
    std::vector<SearchKey> children;
};

// RETURN options of ESEARCH (RFC 4731 §3.1); none given: a plain SEARCH response.
struct SearchReturn {
    bool extended = false;
    bool min = false, max = false, count = false, all = false;
};

struct SearchRequest {
    SearchReturn result;
    std::string charset;  // as named, empty when not; anything but US-ASCII and UTF-8 is for the caller to refuse
    SearchKey root;       // Kind::both
};

inline constexpr std::size_t max_search_depth = 32;
inline constexpr std::size_t max_search_keys = 1000;

Result<SearchRequest> parse_search(Arguments& arguments);

bool is_known_charset(std::string_view charset);

}  // namespace sky::imap
