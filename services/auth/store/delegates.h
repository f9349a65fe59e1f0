#pragma once
// Who may open another's mailbox, and send as it or on its behalf.
#include <string>
#include <vector>

#include "sky/pg/pool.h"

namespace sky::auth {

struct Powers {
    bool full_access = false, send_as = false, send_on_behalf = false;
    bool any() const { return full_access || send_as || send_on_behalf; }
};
struct DelegateRow {
    std::string address;   // whose mailbox
    std::string delegate;  // who may
    Powers powers;
};

// No powers: the delegate goes. False: there was nothing to take away.
Task<Result<bool>> set_delegate(pg::Transaction& transaction, TenantId tenant, AccountId account, AccountId delegate, Powers powers);
Task<Result<std::vector<DelegateRow>>> list_delegates(pg::Pool& pool, TenantId tenant, AccountId account, pg::Deadline deadline);
Task<Result<std::vector<DelegateRow>>> list_delegations(pg::Pool& pool, TenantId tenant, AccountId delegate, pg::Deadline deadline);

// What one account may do with another one, as it is now.
struct Delegation {
    std::int64_t version = 0;
    bool active = false;  // the subject may do anything at all
    bool sends = false;   // its organisation may send
    Powers powers;
    std::string sent_copy;  // sender, shared, both
};
// Fault::not_found when one of them is gone.
Task<Result<Delegation>> find_delegation(pg::Pool& pool, TenantId tenant, AccountId subject, AccountId object, pg::Deadline deadline);

}  // namespace sky::auth
