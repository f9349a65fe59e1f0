#pragma once
// Search results that are kept up to date: ADDTO and REMOVEFROM (RFC 5267 §4.3).
#include "imap/search_eval.h"
#include "imap/session.h"

namespace sky::imapd {

// Keeps this result up to date from now on, or says that it won't (an untagged NO with NOUPDATE, RFC 5267 §4.3.1). `results` in the order
// of the criteria, or of the mailbox without any; `since`: the view's MODSEQ when the search began; `items`: what is told of new messages.
Task<Result<void>> keep_updated(Session& session, const imap::SearchKey& root, std::vector<imap::SortCriterion> criteria, Numbers form,
                                const std::vector<Target>& results, ModSeq since, std::vector<imap::FetchItem> items);
bool is_kept(Session& session, std::string_view tag);

// REMOVEFROM for messages that are gone: before their EXPUNGE, while the numbers are still valid.
Task<Result<void>> tell_vanished(Session& session);
// ADDTO and REMOVEFROM for messages that came or changed: behind their EXISTS and FETCH.
Task<Result<void>> tell_changed(Session& session);

}  // namespace sky::imapd
