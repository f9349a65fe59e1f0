#pragma once
// What was expunged and can still be restored (docs/adr/0006): messages that left their last mailbox by EXPUNGE, POP3's QUIT, or with the
// mailbox. Kept for the days of Limits::retention_days, then purge_deleted (upkeep.h) removes them. They count against no quota.
#include <optional>
#include <string>
#include <vector>

#include "sky/async/task.h"
#include "sky/mailstore/types.h"

namespace sky::mailstore {

// A deleted message is known by the mailbox and UID that it had; no other ever has them.
struct DeletedId {
    MailboxId mailbox;
    Uid uid;
    auto operator<=>(const DeletedId&) const = default;
};
std::string text_of(const DeletedId& id);  // "M12.345"
std::optional<DeletedId> deleted_id(std::string_view text);

struct DeletedMessage {
    DeletedId id;
    std::string mailbox;  // its name then
    std::string subject, from;
    Time internal_date, deleted_at;
    std::int64_t size = 0;
};
// Behind which message a list goes on.
struct DeletedCursor {
    Time deleted_at = Time::max();
    DeletedId id;
};
// The newest first.
Task<Result<std::vector<DeletedMessage>>> list_deleted(pg::Pool& pool, AccountRef account, std::optional<DeletedCursor> after,
                                                       std::int32_t most, Deadline deadline);

// All that matches; nothing given matches all.
struct DeletedFilter {
    std::vector<DeletedId> ids;
    std::optional<std::string> mailbox;  // a name
    std::optional<Time> since;           // deleted then or later
};
struct Restored {
    Changed changed;
    std::int64_t messages = 0;
    std::int64_t remaining = 0;  // matched as well, but were more than `most`
};
// Into the mailbox that each was in, else the one that has its name now, else INBOX; with new UIDs, their flags and dates, without
// \Deleted. The oldest `most`. Faults: over_quota (then none), not_found (no such account). Publish after COMMIT.
Task<Result<Restored>> restore_deleted(pg::Transaction& tx, AccountRef account, const DeletedFilter& filter, std::int32_t most);

}  // namespace sky::mailstore
