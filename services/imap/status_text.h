#pragma once
// "* STATUS name (…)", for STATUS and for LIST-STATUS (RFC 5819).
#include <map>
#include <vector>

#include "imap/session.h"
#include "sky/async/task.h"
#include "sky/imap-proto/status.h"
#include "sky/mailstore/read.h"

namespace sky::imapd {

using DeletedOctets = std::map<MailboxId, std::int64_t>;  // by mailbox, of messages marked \Deleted

// Counts what is asked for and the mailbox's row does not say, but for DELETED-STORAGE, and writes the response.
Task<Result<void>> tell_status(Session& session, mailstore::Mailbox mailbox, std::vector<imap::StatusItem> items, DeletedOctets deleted);

// The same by the row alone.
void append_status(Session& session, const mailstore::Mailbox& mailbox, const std::vector<imap::StatusItem>& items,
                   const DeletedOctets& deleted = {});

// What DELETED-STORAGE needs, if it is asked for.
Task<Result<DeletedOctets>> read_deleted_octets(pg::Pool& pool, TenantId tenant, std::vector<const mailstore::Mailbox*> mailboxes,
                                                const std::vector<imap::StatusItem>& items, Deadline deadline);

}  // namespace sky::imapd
