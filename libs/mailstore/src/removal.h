#pragma once
// Taking messages out of a mailbox: what EXPUNGE, POP3's QUIT and REPLACE share.
#include "rows.h"

namespace sky::mailstore {

enum class Removes { marked, all };  // only those marked \Deleted, or whatever is named

// Removes the first `limit` of these messages, with the counts and the log row (part 0) of the account's MODSEQ. Queue it behind
// lock_account. The rows of its result are the UIDs that went, ascending.
pg::Transaction::Ticket queue_removal(pg::Transaction& tx, MailboxRef mailbox, const UidSet& uids, Removes removes, std::int64_t limit);

}  // namespace sky::mailstore
