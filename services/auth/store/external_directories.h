#pragma once
// What a tenant's directory elsewhere is reached by, and what its groups mean here.
#include <optional>
#include <string>
#include <vector>

#include "sky/base/clock.h"
#include "sky/pg/pool.h"

namespace sky::auth {

struct ExternalGroupRow {
    std::string dn;
    std::string address;                                // of a group here; empty: not this
    std::optional<std::vector<std::string>> protocols;  // that its members may use; nothing: not this
};

struct ExternalDirectoryRow {
    TenantId tenant;
    std::vector<std::string> urls;
    std::string authorities;  // PEM; empty: the system's
    std::string bind_dn;
    std::string bind_password;  // sealed; empty: none
    std::string base_dn;
    std::string user_filter;
    std::string id_attribute;
    std::vector<std::string> attributes;  // field=attribute
    std::string sign_in = "all";          // all, chosen, none
    bool enabled = true;
    bool sync = false;
    std::int32_t sync_minutes = 60;
    Time changed = {};
    std::vector<ExternalGroupRow> groups = {};  // by DN

    std::int64_t version() const { return unix_micros(changed); }  // as find_credentials says it
};

Task<Result<std::optional<ExternalDirectoryRow>>> find_external_directory(pg::Pool& pool, TenantId tenant, pg::Deadline deadline);
// The row of the transaction's tenant becomes this one, but for its groups. Returns what is there then.
Task<Result<ExternalDirectoryRow>> put_external_directory(pg::Transaction& transaction, const ExternalDirectoryRow& row);
Task<Result<bool>> delete_external_directory(pg::Transaction& transaction, TenantId tenant);

// Groups change nothing that sign-in depends on: the version stays. Fault::not_found without a directory.
Task<Result<ExternalDirectoryRow>> put_external_group(pg::Transaction& transaction, TenantId tenant, const ExternalGroupRow& group);
// Fault::not_found where nothing was said of it.
Task<Result<ExternalDirectoryRow>> delete_external_group(pg::Transaction& transaction, TenantId tenant, const std::string& dn);

}  // namespace sky::auth
