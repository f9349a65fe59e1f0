#pragma once
// \Seen where each reader has his own, as statements read and write it (migration 0019).
#include "rows.h"

// As "with " SKY_READER("$4") "select …, cross join r": r.uids are those that reader $4 has seen of mailbox $2. Made whole once: a stored
// value would be for each message.
#define SKY_READER(parameter)                                                                                                     \
    "r as materialized (select coalesce((select s.uids + '{}' from mail.seen s where s.tenant_id = $1 and s.mailbox_id = $2 and " \
    "s.principal_id = " parameter "), '{}') as uids)"
// SKY_PLACEMENT_COLUMNS as that reader has them.
#define SKY_READERS_PLACEMENT_COLUMNS \
    "p.uid, p.email_id, mail.flags_of_reader(p.system, r.uids, p.uid), p.keywords, p.modseq, p.internal_date, p.size, p.saved_at"

namespace sky::mailstore {

// Where \Seen is the reader's, messages that are written say nothing of it.
inline std::uint16_t own_flags(const MailboxRef& mailbox, std::uint16_t system) {
    return mailbox.has_reader() ? static_cast<std::uint16_t>(system & ~seen) : system;
}
// The reader has seen these messages (none: nothing is queued), which are new at this MODSEQ.
void queue_seen(pg::Transaction& tx, MailboxRef mailbox, const std::vector<std::int64_t>& uids, ModSeq modseq);

}  // namespace sky::mailstore
