#pragma once
// What is stored of main passwords: the one in force, and those of before.
#include <string>
#include <vector>

#include "sky/pg/pool.h"

namespace sky::auth {

// What proves a main password, and what SCRAM needs of it (empty: none).
struct MainCredential {
    std::string verifier;
    std::string scram_sha256, scram_sha1;
};

// The verifier in force and the newest `older` of those before.
Task<Result<std::vector<std::string>>> find_last_verifiers(pg::Pool& pool, TenantId tenant, AccountId account, int older,
                                                           pg::Deadline deadline);

// Replaces the main credential and keeps the verifiers of the last `older`. False: there is no such account.
Task<Result<bool>> set_main_verifier(pg::Transaction& transaction, TenantId tenant, AccountId account, const MainCredential& credential,
                                     int older);

// The same password under a better verifier, unless it was changed meanwhile. False: it was.
Task<Result<bool>> improve_verifier(pg::Pool& pool, TenantId tenant, AccountId account, std::int64_t credential_id,
                                    const std::string& now_stored, const MainCredential& better, pg::Deadline deadline);

}  // namespace sky::auth
