#pragma once
// How rows become values, and the statements that every writer begins with.
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sky/mailstore/types.h"

// One list of columns for all statements that read mailboxes (as b) and placements (as p); string literals join at compile time.
#define SKY_MAILBOX_COLUMNS                                                                                                         \
    "b.mailbox_id, b.account_id, b.name, b.selectable, b.special_use, b.uid_validity, b.uid_next, b.modseq, b.messages, b.unseen, " \
    "b.deleted, b.octets, b.keywords, exists (select from mail.subscription s where s.tenant_id = b.tenant_id and s.account_id = "  \
    "b.account_id and s.name = b.name), coalesce(b.recent_uid, b.uid_next)"
#define SKY_PLACEMENT_COLUMNS "p.uid, p.email_id, p.system, p.keywords, p.modseq, p.internal_date, p.size, p.saved_at"

namespace sky::mailstore {

inline constexpr int mailbox_columns = 15;  // what a statement selects behind them begins here
Mailbox mailbox_of(pg::Row row);
Placement placement_of(pg::Row row);
Result<std::vector<Placement>> placements_of(const Result<pg::Rows>& rows);

struct Bounds {
    std::vector<std::int64_t> first;
    std::vector<std::int64_t> last;
};
Bounds bounds(const UidSet& set);
// The set from a UID on, cut behind the range at which it spans `span` UIDs: enough for a slice of that many messages, and never more
// ranges than that.
UidSet uids_from(const UidSet& set, std::uint32_t from, std::int64_t span);
UidSet merged(UidSet ranges);  // in any order, overlapping or not
UidSet ranges_of(const std::vector<std::int64_t>& pairs);
std::vector<std::int64_t> pairs_of(const UidSet& set);
std::vector<std::int64_t> wide(const std::vector<std::uint32_t>& uids);
std::vector<std::uint32_t> narrow(const std::vector<std::int64_t>& uids);

// mail.mailbox.marked names blocks of UIDs in which messages may be marked \Deleted: whoever marks one adds its block (mail.marked_with).
constexpr std::int32_t mark_block(std::int64_t uid) { return static_cast<std::int32_t>((uid - 1) / 256); }

// Takes the account's row and raises its MODSEQ: ($1 tenant, $2 account) → modseq, quota_octets, used_octets, last_uid_validity, now,
// whether the quota is its share of a pool.
inline constexpr pg::Statement lock_account{
    "mailstore.lock_account",
    "update mail.account set modseq = modseq + 1 where tenant_id = $1 and account_id = $2 "
    "returning modseq, quota_octets, used_octets, last_uid_validity, extract(epoch from clock_timestamp())::bigint, pool_id is not null"};

struct LockedAccount {
    ModSeq modseq;
    std::optional<std::int64_t> quota;
    std::int64_t used = 0;
    std::int64_t last_uid_validity = 0;
    std::int64_t now = 0;
    bool pooled = false;
};
Task<Result<LockedAccount>> locked(pg::Transaction& tx, pg::Transaction::Ticket ticket);

// Kinds of mail.change_log.
enum class Logged : std::int16_t { added = 1, flags = 2, expunged = 3, mailbox_made = 4, mailbox_changed = 5, mailbox_removed = 6 };

struct LogRow {
    std::int16_t part = 0;
    MailboxId mailbox;
    Logged kind = Logged::added;
    UidSet uids;
    std::vector<std::int64_t> emails;
};
void queue_log(pg::Transaction& tx, AccountRef account, ModSeq modseq, const LogRow& row);

}  // namespace sky::mailstore
