#pragma once
// Accounts: made and removed by auth in the same transaction as the directory's rows; quota and its use.
#include <map>
#include <optional>
#include <vector>

#include "sky/async/task.h"
#include "sky/mailstore/types.h"

namespace sky::mailstore {

enum class AccountKind : std::int16_t { user, shared, public_folders };

// The account with INBOX, Drafts, Sent, Trash, Junk and Archive (RFC 6154). No quota: no limit. Fault::already_exists.
Task<Result<void>> create_account(pg::Transaction& tx, AccountRef account, AccountKind kind, std::optional<std::int64_t> quota_octets);

// The account and all its mail. Blobs go later, by collect_blobs.
Task<Result<void>> delete_account(pg::Transaction& tx, AccountRef account);

// The account with all its mail becomes the other tenant's; ids stay. The transaction works for account.tenant.
Task<Result<void>> move_account(pg::Transaction& tx, AccountRef account, TenantId to);

// What an account may hold: so much by itself, or together with the others of a pool as much as that has; and for how many days what was
// deleted is kept.
struct Limits {
    AccountId account;
    std::int64_t quota_octets = 0;
    std::int64_t pool = 0;            // 0: none; else the quota counts for nothing
    std::int32_t retention_days = 0;  // 0: kept
};
struct PoolLimit {
    std::int64_t pool = 0;
    std::int64_t octets = 0;
};
// `pools` are all that the tenant has. The caller sees to it that one transaction of a tenant does this at a time. Fault::conflict: writers
// are in the way, try again.
Task<Result<void>> set_limits(pg::Transaction& tx, TenantId tenant, const std::vector<Limits>& accounts,
                              const std::vector<PoolLimit>& pools);

struct Usage {
    std::optional<std::int64_t> quota_octets;
    std::int64_t used_octets = 0;
    std::int64_t used_messages = 0;
    ModSeq modseq;
    std::int32_t epoch = 0;
    std::int32_t retention_days = 0;  // 0: kept
    struct Pool {
        std::int64_t id = 0;
        std::int64_t limit_octets = 0;
        std::int64_t used_octets = 0;  // by all its accounts
    };
    std::optional<Pool> pool;  // then quota_octets is the account's present share of it
};
// Counting what a pool's accounts use reads a row of each.
enum class PoolUse { counted, not_counted };
Task<Result<Usage>> usage(pg::Pool& pool, AccountRef account, Deadline deadline, PoolUse count = PoolUse::counted);
Task<Result<Usage>> usage(pg::Transaction& tx, AccountRef account);
// How many mailboxes an account has; `most_mailboxes` (mailboxes.h) is how many it may have.
Task<Result<std::int64_t>> mailbox_count(pg::Pool& pool, AccountRef account, Deadline deadline);
// Of many accounts of one tenant at once; who has no store here is left out.
Task<Result<std::map<AccountId, std::int64_t>>> used_octets(pg::Pool& pool, TenantId tenant, const std::vector<AccountId>& accounts,
                                                            Deadline deadline);

}  // namespace sky::mailstore
