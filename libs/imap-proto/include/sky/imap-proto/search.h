#pragma once
// What SEARCH asks for (RFC 9051 §6.4.4).
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sky/imap-proto/arguments.h"
#include "sky/imap-proto/search_return.h"

namespace sky::imap {

struct SearchKey {
    enum class Kind {
        all,
        flag,      // number: the FlagBit; is_set: which way
        keyword,   // text; is_set
        sequence,  // set, message numbers; or the last search's result
        uid,       // set; the same
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
        saved_before,
        saved_on,
        saved_since,  // date, of the moment it came into this mailbox (RFC 8514 §4.3)
        larger,
        smaller,  // number
        older,
        younger,  // number of seconds (RFC 5032)
        mod_seq,  // number: at least this (RFC 7162 §3.1.5)
        email_id,
        thread_id,  // text (RFC 8474)
        fuzzy,      // one child (RFC 6203 §3)
        negation,   // one child
        either,     // two children
        both,       // all children
        recent,     // is_set: \Recent, or not (RFC 3501 §6.4.4)
        nothing,    // never true
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

// How strings in another charset become UTF-8: nullopt for a charset that is not known. Called with empty octets to ask just that.
using CharsetDecoder = std::optional<std::string> (*)(std::string_view octets, std::string_view charset);

// What stands behind RETURN in SEARCH, and behind the criteria in SORT and THREAD. With is_known false the strings could not be read and
// there is no root: RFC 9051 §6.4.4 answers BADCHARSET.
struct SearchProgram {
    std::string charset;  // as named; empty when not
    bool is_known = true;
    SearchKey root;  // Kind::both
};

struct SearchRequest {
    SearchReturn result;
    SearchProgram program;
};

inline constexpr std::size_t max_search_depth = 32;
inline constexpr std::size_t max_search_keys = 1000;

// [RETURN (…)] [CHARSET charset] keys. Fault::syntax for RELEVANCY without FUZZY (RFC 6203 §4).
Result<SearchRequest> parse_search(Arguments& arguments, CharsetDecoder decode);
// The keys, to the end of the command, with their strings in that charset.
Result<SearchProgram> parse_search_program(Arguments& arguments, std::string charset, CharsetDecoder decode);

// A key of that kind is in the tree.
bool uses(const SearchKey& key, SearchKey::Kind kind);

}  // namespace sky::imap
