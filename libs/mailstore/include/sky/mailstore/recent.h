#pragma once
// \Recent of IMAP4rev1 (RFC 3501 §2.3.2): the first session that is told of a message sees it so, and no other that may write. The
// mailbox's row says from which UID on nobody was told.
#include <map>
#include <vector>

#include "sky/async/task.h"
#include "sky/mailstore/types.h"

namespace sky::mailstore {

struct Recent {
    Mailbox mailbox;            // of the moment in which they were claimed
    std::uint32_t first = 1;    // the claimed are those from here to the bound; none when it is not below the bound
    std::int64_t messages = 0;  // how many those are
};

// Claims the messages below `bound` (at most UIDNEXT) that nobody has been told of. Locks the mailbox's row alone, and fails rather than
// wait long for it: it is no change that
// anybody else is told of.
Task<Result<Recent>> claim_recent(pg::Pool& pool, MailboxRef mailbox, std::uint32_t bound, Deadline deadline);

// How many there are to be claimed; of several mailboxes in one round trip, those left out that are not there.
Task<Result<std::int64_t>> count_recent(pg::Pool& pool, MailboxRef mailbox, Deadline deadline);
Task<Result<std::map<MailboxId, std::int64_t>>> count_recent(pg::Pool& pool, TenantId tenant, std::vector<MailboxId> mailboxes,
                                                             Deadline deadline);

}  // namespace sky::mailstore
