#pragma once
// Organisations and the resellers above them. `view` is whom a reader sees (Subject::view): row-level security shows no more.
#include <optional>
#include <string>
#include <vector>

#include "auth/store/page.h"
#include "sky/pg/pool.h"

namespace sky::auth {

struct TenantRow {
    TenantId id;
    std::string name;
    std::string state;  // active, suspended, closing
    Time created;
    std::string kind;    // customer, reseller
    std::string parent;  // the reseller's name, as far as the reader may see it
    std::optional<Time> closes;
    std::string display_name;
    std::string plan;
    bool scram_for_main = false;
    std::int16_t shortest_password = 10;
    std::int16_t password_history = 0;
    bool second_factor_required = false;
    bool address_list = true;
};

Task<Result<TenantRow>> find_tenant(pg::Pool& pool, TenantId view, const std::string& name, pg::Deadline deadline);  // Fault::not_found
Task<Result<TenantRow>> find_tenant_by_id(pg::Pool& pool, TenantId id, pg::Deadline deadline);                       // Fault::not_found
// Empty parent or state: any.
struct TenantFilter {
    std::string parent, state;
};
Task<Result<std::vector<TenantRow>>> list_tenants(pg::Pool& pool, TenantId view, const TenantFilter& filter, Page page,
                                                  pg::Deadline deadline);
// Closing, and their date has come.
Task<Result<std::vector<TenantRow>>> list_closed_tenants(pg::Pool& pool, pg::Deadline deadline);
Task<Result<TenantId>> next_tenant_id(pg::Pool& pool, pg::Deadline deadline);

// Writes work in a transaction of the tenant.
struct NewTenant {
    TenantId id;
    std::string name, kind, display_name;
    TenantId parent;  // nothing: under the provider
    std::string parent_name = {};
};
Task<Result<TenantRow>> insert_tenant(pg::Transaction& transaction, const NewTenant& tenant);

struct TenantChange {
    std::optional<std::string> display_name;
    std::optional<std::string> plan;  // empty: none; Fault::not_found for a plan that is not there for this tenant
    std::optional<bool> scram_for_main;
    std::optional<std::int16_t> shortest_password, password_history;
    std::optional<bool> second_factor_required, address_list;
};
Task<Result<TenantRow>> update_tenant(pg::Transaction& transaction, TenantId id, const TenantChange& change);
Task<Result<TenantRow>> update_tenant_state(pg::Transaction& transaction, TenantId id, const std::string& state,
                                            std::optional<Time> closes);
// False: it was gone already. Fault::conflict when something of it is left.
Task<Result<bool>> delete_tenant(pg::Transaction& transaction, TenantId id);

// All of a tenant, for removing it whole, and for changes that touch all its domains.
Task<Result<std::vector<std::string>>> domain_names(pg::Transaction& transaction, TenantId tenant);
Task<Result<std::vector<std::int64_t>>> account_ids(pg::Transaction& transaction, TenantId tenant);
Task<Result<void>> delete_everything(pg::Transaction& transaction, TenantId tenant);

// A row that others still refer to is a conflict, in these words.
Error in_use(Error error, const char* text);

}  // namespace sky::auth
