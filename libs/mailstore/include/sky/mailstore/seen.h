#pragma once
// Which messages have been seen, and which not: by anybody, or by one of those who read the mailbox (MailboxRef::reader).
#include <map>
#include <vector>

#include "sky/async/task.h"
#include "sky/mailstore/types.h"

namespace sky::mailstore {

// The number of the first message without \Seen, 0 without any: a walk through the mailbox up to it, for small ones.
Task<Result<std::uint32_t>> first_unseen(pg::Pool& pool, MailboxRef mailbox, Deadline deadline);

// How many messages `reader` himself has not seen, of mailboxes where everyone has a \Seen of his own (of the others Mailbox::unseen says
// it); those left out that are not there. One round trip; of a mailbox in which he has seen anything, a walk over what he has not.
Task<Result<std::map<MailboxId, std::int64_t>>> count_unseen(pg::Pool& pool, TenantId tenant, AccountId reader,
                                                             std::vector<MailboxId> mailboxes, Deadline deadline);

}  // namespace sky::mailstore
