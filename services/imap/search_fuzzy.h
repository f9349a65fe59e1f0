#pragma once
// FUZZY (RFC 6203): text is found by what is like it, everything else as it is.
#include "imap/search_eval.h"

namespace sky::imapd {

// As search_messages(), with the score of each match.
Task<Result<std::vector<Target>>> search_fuzzily(const SearchScope& scope, const imap::SearchKey& key, std::vector<Target> candidates,
                                                 Scores* scores);

}  // namespace sky::imapd
