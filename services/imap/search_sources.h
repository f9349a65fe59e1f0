#pragma once
// The mailboxes that an ESEARCH command's sources mean (RFC 7377 §2.2).
#include "imap/session.h"
#include "sky/imap-proto/search_source.h"

namespace sky::imapd {

// Each once, in the order of their names; what is not there or can't be selected is passed over. Fault::limit for too many.
Task<Result<std::vector<store::Mailbox>>> find_sources(Session& session, const std::vector<imap::SearchSource>& sources);
inline constexpr std::size_t max_searched_mailboxes = 1000;

// Does the source mean a mailbox of that name? (Personal ones are all of the user's own.)
bool means(const imap::SearchSource& source, const store::Mailbox& mailbox);

}  // namespace sky::imapd
