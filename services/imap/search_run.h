#pragma once
// One search of the selected mailbox, from its program to its answer: what SEARCH, SORT and ESEARCH have in common.
#include "imap/search_answer.h"
#include "sky/imap-proto/sort.h"

namespace sky::imapd {

struct SearchCommand {
    std::string_view verb;  // of the plain response
    imap::SearchReturn result;
    std::vector<imap::SortCriterion> criteria;  // none: the order of the mailbox
    imap::SearchProgram program;
    Numbers form = Numbers::sequence;
    const store::Mailbox* named = nullptr;  // the mailbox that the response names (RFC 7377); no response then without a result
};

Task<Result<Reply>> run_search(Session& session, SearchCommand command);

// Clients that enabled UIDONLY say no message numbers.
bool uses_message_numbers(const imap::SearchKey& key);
Reply numbers_not_in_use();

// What becomes of a search in more messages than one command works on: it looks at the newest (RFC 9738 §3.1), or fails (§3.3).
enum class TooMany { newest, refused };

// The messages that match, sorted by the criteria if there are any.
Task<Result<SearchResult>> find_messages(const SearchScope& scope, const imap::SearchKey& root, std::vector<imap::SortCriterion> criteria,
                                         TooMany too_many);
Reply too_many_messages(SearchResult refused);

}  // namespace sky::imapd
