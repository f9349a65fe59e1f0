#pragma once
// App passwords. They have 99 random bits, so a keyed digest proves them: no slow hash is spent, and accounts with many cost no more.
#include <optional>
#include <string>
#include <vector>

#include "sky/base/clock.h"
#include "sky/pg/pool.h"

namespace sky::auth {

struct NewAppPasswordRow {
    std::string label;
    std::string verifier;                  // app_verifier()
    std::string scram_sha256, scram_sha1;  // under the account's salt
    std::vector<std::string> protocols, networks;
    std::optional<Time> expires;
};
struct AppPasswordRow {
    std::int64_t id = 0;
    std::string label;
    std::vector<std::string> protocols, networks;
    Time created;
    std::optional<Time> expires, last_used;
    std::string last_used_by;
};

// Fault::limit at 50 of them.
Task<Result<AppPasswordRow>> insert_app_password(pg::Transaction& transaction, TenantId tenant, AccountId account,
                                                 const NewAppPasswordRow& row);
Task<Result<std::vector<AppPasswordRow>>> list_app_passwords(pg::Pool& pool, TenantId tenant, AccountId account, pg::Deadline deadline);
Task<Result<bool>> delete_app_password(pg::Transaction& transaction, TenantId tenant, AccountId account, std::int64_t id);
// It was used now; `by` says from where.
Task<Result<void>> mark_app_password(pg::Pool& pool, TenantId tenant, AccountId account, std::int64_t id, const std::string& by,
                                     pg::Deadline deadline);

}  // namespace sky::auth
