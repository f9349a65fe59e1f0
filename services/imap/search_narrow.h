#pragma once
// Between the messages of a mailbox and the emails that the store and its index speak of.
#include "imap/search_eval.h"
#include "sky/mailstore/search_index.h"

namespace sky::imapd {

// Emails of the candidates, in their order; those that are gone are left out of both.
std::vector<EmailId> emails_of(const SearchScope& scope, std::vector<Target>& candidates);

// The candidates whose emails are among `found`.
std::vector<Target> only_found(const SearchScope& scope, std::vector<Target> candidates, std::vector<EmailId> found);

// Those that may match, by the full-text index. Few messages are looked at without asking it.
Task<Result<std::vector<EmailId>>> narrowed(const SearchScope& scope, std::vector<EmailId> emails, trigrams::Query query);

// Where keys of this kind look: in the index, in the store's columns.
trigrams::Field indexed_field(imap::SearchKey::Kind kind);
store::SearchField field_of(imap::SearchKey::Kind kind);

}  // namespace sky::imapd
