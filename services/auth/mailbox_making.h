#pragma once
// A new mailbox, whoever asks for it: the directory's rows, its store, and its limits, in one transaction.
#include <string>
#include <string_view>
#include <vector>

#include "auth/store/mailboxes.h"
#include "sky/mailstore/accounts.h"

namespace sky::auth {

class AuthShard;

mailstore::AccountKind store_kind(std::string_view kind);

// Fault::already_exists when the address leads anywhere already.
Task<Result<MailboxRow>> make_mailbox(AuthShard& shard, pg::Transaction& transaction, const DomainRow& domain, const NewMailbox& mailbox);

// All domains of the tenant when it is this account that answers for postmaster and abuse: its coming or going changes where these lead.
Task<Result<std::vector<std::string>>> domains_if_duty(pg::Transaction& transaction, TenantId tenant, AccountId account);

}  // namespace sky::auth
