#pragma once
// Evaluating a search: each key narrows a list of candidates. What the view knows costs nothing; the store is asked for the rest, and
// message texts are read last, only of what is left.
#include <vector>

#include "imap/session.h"
#include "sky/imap-proto/search.h"

namespace sky::imapd {

// The messages among `candidates` (ascending) that match, ascending.
Task<Result<std::vector<Target>>> search_messages(Session& session, const imap::SearchKey& key, std::vector<Target> candidates);

}  // namespace sky::imapd
