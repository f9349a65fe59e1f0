#pragma once
// Who an address belongs to, with what proves it.
#include <optional>
#include <string>
#include <vector>

#include "sky/pg/pool.h"

namespace sky::auth {

struct Identity {
    std::int64_t version = 0;  // of the directory when this was read
    TenantId tenant;
    AccountId account;
    std::string address;
    std::string display_name;
    std::string kind;
    std::string state;
    std::string tenant_state;
    std::vector<std::string> verifiers;
};

// `address` is normalised. Empty: nobody.
Task<Result<std::optional<Identity>>> find_identity(pg::Pool& pool, const std::string& address, pg::Deadline deadline);

}  // namespace sky::auth
