#pragma once
// What gateways need to know of an account beyond who it is.
#include <string>
#include <vector>

#include "auth/store/delegates.h"
#include "sky/pg/pool.h"

namespace sky::auth {

struct OtherMailbox {
    AccountId account;
    std::string address, display_name, kind;
    Powers powers;
    std::string sent_copy;  // sender, shared, both
};

struct MailboxSettings {
    std::int64_t version = 0;  // of the directory
    std::string address, display_name, kind, language, time_zone;
    bool sends = false;                  // neither it nor its organisation is suspended
    std::vector<std::string> addresses;  // that are the account itself; its own comes first
    std::vector<std::string> protocols;  // empty: all
    std::vector<OtherMailbox> others;
};

// Fault::not_found when it is gone.
Task<Result<MailboxSettings>> find_mailbox_settings(pg::Pool& pool, TenantId tenant, AccountId account, pg::Deadline deadline);

}  // namespace sky::auth
