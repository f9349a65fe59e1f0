#pragma once
// Jobs over all tenants, run as the owner (or a role allowed to): blob collection, log partitions, and the checks of `skyctl fsck`.
#include <cstdint>
#include <string>
#include <vector>

#include "sky/async/task.h"
#include "sky/mailstore/types.h"

namespace sky::mailstore {

// Deletes at most `limit` blobs that nothing references and that are older than a day, and done outbox rows, old operations and thread
// references with them. The number of blobs deleted.
Task<Result<std::int64_t>> collect_garbage(pg::Pool& pool, std::int32_t limit, Deadline deadline);

// Removes at most `limit` deleted messages (deleted.h) that have been kept for their account's days, with the emails that nothing has any
// more: then their blobs are garbage. The number removed.
Task<Result<std::int64_t>> purge_deleted(pg::Pool& pool, std::int32_t limit, Deadline deadline);

// Makes the change log's partitions ahead and drops those older than `keep`, raising log_floor first.
Task<Result<void>> rotate_log(pg::Pool& pool, std::chrono::days keep, Deadline deadline);

// Sort keys for emails that were stored before there were any: the next `slice` emails of all tenants are looked at, and those without
// keys get them. Returns how many; `from` goes on, and says when it is through. Several may do it at once.
struct EmailCursor {
    TenantId tenant;
    EmailId email;
    bool at_end = false;
};
Task<Result<std::size_t>> fill_sort_keys(pg::Pool& pool, EmailCursor& from, std::int32_t slice, Deadline deadline);

struct Finding {
    TenantId tenant;
    std::string check;   // stable: blob.hash, mailbox.messages, mailbox.uidnext, account.used, placement.email, …
    std::string object;  // "mailbox 42"
    std::string text;
};

// Counts, UIDs, quotas and references against each other, at most `limit` findings. Run as the owner: reads all tenants.
Task<Result<std::vector<Finding>>> check_numbers(pg::Pool& pool, std::int32_t limit, Deadline deadline);

// Reads blobs with id above `after` and recomputes their hashes; the last id looked at comes back, 0 at the end.
struct BlobCheck {
    BlobId last;
    std::int64_t checked = 0;
    std::vector<Finding> findings;
};
Task<Result<BlobCheck>> check_blobs(pg::Pool& pool, BlobId after, std::int32_t count, Deadline deadline);

}  // namespace sky::mailstore
