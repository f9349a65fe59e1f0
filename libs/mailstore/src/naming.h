#pragma once
// Steps that creating, renaming and removing mailboxes share; all under the account's lock.
#include <string>
#include <vector>

#include "rows.h"
#include "sky/mailstore/deliver.h"

namespace sky::mailstore {

std::vector<std::string> levels_above(std::string_view name);  // "a/b/c": "a", "a/b"

struct NewMailbox {
    std::string name;
    SpecialUse use = SpecialUse::none;
    std::vector<std::string> keywords;
    std::int64_t uid_next = 1;
};

// Makes these mailboxes and whatever of their levels above is missing; the ids of `wanted`, in order. UIDVALIDITY is above all that the
// account ever had, and at least the time (RFC 9051 §2.3.1.1). `part` numbers the log rows of the operation and is moved on.
Task<Result<std::vector<MailboxId>>> make_mailboxes(pg::Transaction& tx, AccountRef account, const LockedAccount& lock,
                                                    const std::vector<NewMailbox>& wanted, std::int16_t& part);

// New mailboxes get the access control list of the nearest one above that is not among them. make_mailboxes() does this.
void queue_inherit(pg::Transaction& tx, AccountRef account, const std::vector<std::int64_t>& mailboxes);

}  // namespace sky::mailstore
