#pragma once
// "* STATUS name (…)", for STATUS and for LIST-STATUS (RFC 5819).
#include <map>
#include <vector>

#include "imap/session.h"
#include "sky/async/task.h"
#include "sky/imap-proto/status.h"
#include "sky/mailstore/types.h"

namespace sky::imapd {

// What is asked for and no mailbox's row says.
struct StatusCounts {
    std::map<MailboxId, std::int64_t> recent;
    std::map<MailboxId, std::int64_t> unseen;          // by the user, where everyone has his own
    std::map<MailboxId, std::int64_t> deleted_octets;  // of messages marked \Deleted
};
// In one step of the database for each item, however many mailboxes of the user's tenant.
Task<Result<StatusCounts>> read_status_counts(Session& session, std::vector<const mailstore::Mailbox*> mailboxes,
                                              std::vector<imap::StatusItem> items);

void append_status(Session& session, const mailstore::Mailbox& mailbox, const std::vector<imap::StatusItem>& items,
                   const StatusCounts& counts);

}  // namespace sky::imapd
