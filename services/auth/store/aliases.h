#pragma once
// Aliases: addresses whose mail goes to other addresses.
#include <string>
#include <vector>

#include "auth/store/domains.h"
#include "auth/store/page.h"
#include "sky/pg/pool.h"

namespace sky::auth {

struct AliasRow {
    TenantId tenant_id;
    std::int64_t alias_id = 0;
    std::string address;
    std::vector<std::string> targets;
    std::string tenant;
    Time created;
};

Task<Result<AliasRow>> find_alias(pg::Pool& pool, TenantId view, const std::string& address, pg::Deadline deadline);  // Fault::not_found
// Empty domain or tenant: any.
Task<Result<std::vector<AliasRow>>> list_aliases(pg::Pool& pool, TenantId view, const std::string& domain, const std::string& tenant,
                                                 Page page, pg::Deadline deadline);
// Fault::already_exists when the address leads anywhere already.
Task<Result<AliasRow>> insert_alias(pg::Transaction& transaction, const DomainRow& domain, const std::string& address,
                                    const std::vector<std::string>& targets);
Task<Result<void>> replace_targets(pg::Transaction& transaction, TenantId tenant, std::int64_t alias,
                                   const std::vector<std::string>& targets);
Task<Result<bool>> delete_alias(pg::Transaction& transaction, TenantId tenant, std::int64_t alias);

}  // namespace sky::auth
