#pragma once
// Tenants and domains.
#include <optional>
#include <string>
#include <vector>

#include "auth/store/page.h"
#include "sky/pg/pool.h"

namespace sky::auth {

struct TenantRow {
    TenantId id;
    std::string name;
    std::string state;
    Time created;
};

struct DomainRow {
    TenantId tenant_id;
    DomainId id;
    std::string name;
    std::string tenant;
    Time created;
};

// Reads see all tenants.
Task<Result<TenantRow>> find_tenant(pg::Pool& pool, const std::string& name, pg::Deadline deadline);  // Fault::not_found
Task<Result<std::vector<TenantRow>>> list_tenants(pg::Pool& pool, Page page, pg::Deadline deadline);
Task<Result<DomainRow>> find_domain(pg::Pool& pool, const std::string& name, pg::Deadline deadline);  // Fault::not_found
Task<Result<std::vector<DomainRow>>> list_domains(pg::Pool& pool, const std::string& tenant, Page page, pg::Deadline deadline);
Task<Result<TenantId>> next_tenant_id(pg::Pool& pool, pg::Deadline deadline);

// Writes work in a transaction of the tenant.
Task<Result<TenantRow>> insert_tenant(pg::Transaction& transaction, TenantId id, const std::string& name);
Task<Result<DomainRow>> insert_domain(pg::Transaction& transaction, TenantId tenant, const std::string& name);
// False: it was gone already. Fault::conflict when something of it is left.
Task<Result<bool>> delete_tenant(pg::Transaction& transaction, TenantId id);
Task<Result<bool>> delete_domain(pg::Transaction& transaction, TenantId tenant, DomainId id);

// All of a tenant, for removing it whole, and for changes that touch all its domains.
Task<Result<std::vector<std::string>>> domain_names(pg::Transaction& transaction, TenantId tenant);
Task<Result<std::vector<std::int64_t>>> account_ids(pg::Transaction& transaction, TenantId tenant);
Task<Result<void>> delete_everything(pg::Transaction& transaction, TenantId tenant);

}  // namespace sky::auth
