#pragma once
// What SORT and THREAD ask for (RFC 5256 §3, RFC 5957 §4, RFC 5267 §3).
#include <vector>

#include "sky/imap-proto/search.h"

namespace sky::imap {

struct SortCriterion {
    enum class Key { arrival, cc, date, from, size, subject, to, display_from, display_to, relevancy };
    Key key = Key::arrival;
    bool reverse = false;
};

struct SortRequest {
    SearchReturn result;
    std::vector<SortCriterion> criteria;
    SearchProgram program;
};
inline constexpr std::size_t max_sort_criteria = 32;

// [RETURN (…)] (criteria) charset keys
Result<SortRequest> parse_sort(Arguments& arguments, CharsetDecoder decode);

struct ThreadRequest {
    enum class Algorithm { ordered_subject, references, refs };
    Algorithm algorithm = Algorithm::references;
    SearchProgram program;
};

// algorithm charset keys
Result<ThreadRequest> parse_thread(Arguments& arguments, CharsetDecoder decode);

}  // namespace sky::imap
