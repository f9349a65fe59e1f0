#pragma once
// Mailboxes: accounts of users with their addresses and credentials. What lies in them is libs/mailstore's.
#include <optional>
#include <string>
#include <vector>

#include "auth/store/domains.h"
#include "auth/store/page.h"
#include "sky/pg/pool.h"

namespace sky::auth {

struct MailboxRow {
    TenantId tenant_id;
    AccountId account;
    std::string address;
    std::string display_name;
    std::string tenant;
    std::string state;
    std::optional<std::int64_t> quota_octets;
    Time created;
    std::string scram_salt;
};

Task<Result<MailboxRow>> find_mailbox(pg::Pool& pool, TenantId view, const std::string& address,
                                      pg::Deadline deadline);  // Fault::not_found
// Empty domain or tenant: all.
Task<Result<std::vector<MailboxRow>>> list_mailboxes(pg::Pool& pool, TenantId view, const std::string& domain, const std::string& tenant,
                                                     Page page, pg::Deadline deadline);

// What proves the main password, and what SCRAM needs of it (empty: none).
struct MainCredential {
    std::string verifier;
    std::string scram_sha256, scram_sha1;
};
struct NewMailbox {
    std::string address;
    std::string display_name;
    std::string scram_salt;
    MainCredential credential;
    std::optional<std::int64_t> quota_octets;
};
// Fault::already_exists when the address leads anywhere already.
Task<Result<MailboxRow>> insert_mailbox(pg::Transaction& transaction, const DomainRow& domain, const NewMailbox& mailbox);
Task<Result<bool>> delete_mailbox(pg::Transaction& transaction, TenantId tenant, AccountId account);
// Replaces the main credential. False: there is no such account.
Task<Result<bool>> set_main_verifier(pg::Transaction& transaction, TenantId tenant, AccountId account, const MainCredential& credential);

// The account that answers for postmaster and abuse where nobody has these addresses; AccountId{}: none.
Task<Result<AccountId>> duty_account(pg::Transaction& transaction, TenantId tenant);

}  // namespace sky::auth
