#pragma once
// Domains of tenants. `view` is whom a reader sees (Subject::view).
#include <optional>
#include <string>
#include <vector>

#include "auth/store/page.h"
#include "sky/pg/pool.h"

namespace sky::auth {

struct DomainRow {
    TenantId tenant_id;
    DomainId id;
    std::string name;
    std::string tenant;
    Time created;
    std::string state;  // pending, active, suspended
    std::string challenge;
    std::optional<Time> verified;
    std::string separator;  // empty: no subaddresses
    std::string alias_of;
    std::string catch_all;
};

Task<Result<DomainRow>> find_domain(pg::Pool& pool, TenantId view, const std::string& name, pg::Deadline deadline);  // Fault::not_found
// Empty tenant or state: any.
struct DomainFilter {
    std::string tenant, state;
};
Task<Result<std::vector<DomainRow>>> list_domains(pg::Pool& pool, TenantId view, const DomainFilter& filter, Page page,
                                                  pg::Deadline deadline);

// Writes work in a transaction of the tenant.
enum class Verified { yes, not_yet };
Task<Result<DomainRow>> insert_domain(pg::Transaction& transaction, TenantId tenant, const std::string& name, Verified verified);

struct DomainChange {
    std::optional<std::string> separator, catch_all, alias_of, state;  // empty: none
};
// Fault::not_found when alias_of is no other domain of the tenant.
Task<Result<DomainRow>> update_domain(pg::Transaction& transaction, TenantId tenant, DomainId id, const DomainChange& change);
// From pending to active.
Task<Result<DomainRow>> mark_verified(pg::Transaction& transaction, TenantId tenant, DomainId id);
// False: it was gone already. Fault::conflict when something of it is left.
Task<Result<bool>> delete_domain(pg::Transaction& transaction, TenantId tenant, DomainId id);

}  // namespace sky::auth
