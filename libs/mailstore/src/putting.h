#pragma once
// Putting messages into a mailbox within a transaction: what APPEND and REPLACE share.
#include <vector>

#include "rows.h"
#include "sky/mailstore/write.h"

namespace sky::mailstore {

// All or none: the first that can't be placed is the error. Takes the account's lock. The writes are queued on `tx` when this returns.
Task<Result<std::vector<Placed>>> put_messages(pg::Transaction& tx, MailboxRef mailbox, const std::vector<Append>& messages, Time now,
                                               ObjectIds& ids);

}  // namespace sky::mailstore
