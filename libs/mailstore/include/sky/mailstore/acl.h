#pragma once
// Access control lists of mailboxes (RFC 4314). Owners don't stand in them: they may do everything.
#include <map>
#include <vector>

#include "sky/async/task.h"
#include "sky/mailstore/rights.h"
#include "sky/mailstore/types.h"

namespace sky::mailstore {

class Acls {
  public:
    explicit Acls(pg::Pool& pool) : pool_(&pool) {}

    // Of all the account's mailboxes that have any.
    Task<Result<std::map<MailboxId, Acl>>> of_account(AccountRef account, Deadline deadline);
    // Fault::not_found without such a mailbox, Fault::limit past 1,000 entries. The change is one of the account's, like a new name.
    Task<Result<Changed>> change(MailboxRef mailbox, Grantee grantee, RightsChange change, Deadline deadline);
    // Accounts, other than the subject's own, of which some mailbox's list grants it a right to reach it; what else the list denies is not
    // weighed.
    Task<Result<std::vector<AccountId>>> granting(TenantId tenant, Subject subject, Deadline deadline);

  private:
    pg::Pool* pool_;
};

}  // namespace sky::mailstore
