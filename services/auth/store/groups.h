#pragma once
// Distribution groups: who is in them, who may write to them, who decides about mail.
#include <optional>
#include <string>
#include <vector>

#include "auth/store/domains.h"
#include "auth/store/page.h"
#include "sky/pg/pool.h"

namespace sky::auth {

struct GroupRow {
    TenantId tenant_id;
    std::int64_t group_id = 0;
    std::string address;
    std::string tenant;
    std::string display_name, description;
    std::string senders;  // anyone, tenant, members, listed
    bool moderated = false;
    bool listed = true;
    Time created;
    std::vector<std::string> members, may_send, moderators, owners;  // each sorted
};

struct GroupFilter {
    std::string domain, tenant;  // empty: any
};

Task<Result<GroupRow>> find_group(pg::Pool& pool, TenantId view, const std::string& address, pg::Deadline deadline);  // Fault::not_found
Task<Result<std::vector<GroupRow>>> list_groups(pg::Pool& pool, TenantId view, const GroupFilter& filter, Page page, pg::Deadline deadline);

// Writes the group as it stands there, with its people. Fault::already_exists when the address leads anywhere already.
Task<Result<GroupRow>> insert_group(pg::Transaction& transaction, const DomainRow& domain, GroupRow group);
// As it is now, and as it stays until the end of the transaction. Fault::not_found when it is gone.
Task<Result<GroupRow>> lock_group(pg::Transaction& transaction, const GroupRow& group);
// Makes the stored group what this one says; its address stays.
Task<Result<void>> update_group(pg::Transaction& transaction, const GroupRow& group);
// The group's row is locked until the transaction ends, so that two changes of its members don't undo each other. Fault::not_found.
Task<Result<std::vector<std::string>>> lock_members(pg::Transaction& transaction, const GroupRow& group);
Task<Result<void>> add_members(pg::Transaction& transaction, const GroupRow& group, const std::vector<std::string>& members);
Task<Result<void>> remove_members(pg::Transaction& transaction, const GroupRow& group, const std::vector<std::string>& members);
Task<Result<bool>> delete_group(pg::Transaction& transaction, TenantId tenant, std::int64_t group);

}  // namespace sky::auth
