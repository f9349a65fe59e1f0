#pragma once
// Mailboxes that follow a directory elsewhere: whose turn it is, how they are now, and how it went.
#include <optional>
#include <string>
#include <vector>

#include "auth/external_directory/comparison.h"
#include "auth/store/mailboxes.h"
#include "sky/base/clock.h"
#include "sky/pg/pool.h"

namespace sky::auth {

// Tenants whose turn it is and whom nobody works for, at most `most`.
Task<Result<std::vector<TenantId>>> due_syncs(pg::Pool& pool, std::int32_t most, pg::Deadline deadline);

// The work is the caller's for five minutes; nothing: another replica's. What was asked for meanwhile is asked for again afterwards.
Task<Result<std::optional<Shrink>>> claim_sync(pg::Pool& pool, TenantId tenant, pg::Deadline deadline);
Task<Result<void>> renew_sync(pg::Pool& pool, TenantId tenant, pg::Deadline deadline);

struct SyncOutcome {
    std::string error;  // empty: it went well
    std::int32_t added = 0, changed = 0, suspended = 0, restored = 0, skipped = 0;
    std::vector<std::string> notes;  // the first hundred
};
Task<Result<void>> finish_sync(pg::Pool& pool, TenantId tenant, const SyncOutcome& outcome, pg::Deadline deadline);

struct SyncStatus {
    SyncOutcome last;
    std::optional<Time> started, ended;
    bool running = false, asked = false;
};
Task<Result<SyncStatus>> find_sync(pg::Pool& pool, TenantId tenant, pg::Deadline deadline);
// The next one begins within seconds. Fault::not_found without a directory.
Task<Result<void>> ask_for_sync(pg::Transaction& transaction, TenantId tenant, Shrink shrink);

// The side of a comparison that is here; groups are those of the meanings.
Task<Result<void>> read_sides_here(pg::Pool& pool, TenantId tenant, const std::vector<ExternalGroupRow>& meanings, Sides& sides,
                                   pg::Deadline deadline);

// What only a sync writes.
Task<Result<void>> link_mailbox(pg::Transaction& transaction, const MailboxRow& mailbox, const std::string& external_id);
Task<Result<void>> mark_suspended(pg::Transaction& transaction, const MailboxRow& mailbox, bool by_sync);
// Fault::already_exists when one leads elsewhere.
Task<Result<void>> put_external_addresses(pg::Transaction& transaction, const MailboxRow& mailbox, const std::vector<std::string>& joining,
                                          const std::vector<std::string>& leaving);

}  // namespace sky::auth
