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

Task<Result<void>> set_quota(pg::Transaction& tx, AccountRef account, std::optional<std::int64_t> quota_octets);

struct Usage {
    std::optional<std::int64_t> quota_octets;
    std::int64_t used_octets = 0;
    std::int64_t used_messages = 0;
    ModSeq modseq;
    std::int32_t epoch = 0;
};
Task<Result<Usage>> usage(pg::Pool& pool, AccountRef account, Deadline deadline);
// Of many accounts of one tenant at once; who has no store here is left out.
Task<Result<std::map<AccountId, std::int64_t>>> used_octets(pg::Pool& pool, TenantId tenant, const std::vector<AccountId>& accounts,
                                                            Deadline deadline);

}  // namespace sky::mailstore
