#pragma once
// Mailboxes: accounts of users with their addresses and credentials. What lies in them is libs/mailstore's.
#include <optional>
#include <string>
#include <vector>

#include "auth/store/domains.h"
#include "auth/store/page.h"
#include "auth/store/passwords.h"
#include "sky/pg/pool.h"

namespace sky::auth {

struct MailboxRow {
    TenantId tenant_id;
    AccountId account;
    std::string address;
    std::string display_name;
    std::string tenant;
    std::string state;
    std::optional<std::int64_t> quota_octets;  // its own
    Time created;
    std::string scram_salt;
    std::string kind = "user";  // user, shared, room, equipment, public_folders, service
    std::string title, department, phone, mobile, office;
    std::string manager;  // an address; empty: none
    bool listed = true;
    std::string sent_copy = "sender";
    std::string booking = "{}";  // JSON
    std::string plan;            // empty: the tenant's
    std::optional<std::vector<std::string>> protocols;
    std::string plan_in_force;  // empty: none
    std::string password_by;    // own, directory; empty: as the tenant has it
};

struct MailboxFilter {
    std::string domain, tenant, kind;  // empty: any
    std::string text;                  // part of the address or the name, in any case; empty: any
};

Task<Result<MailboxRow>> find_mailbox(pg::Pool& pool, TenantId view, const std::string& address,
                                      pg::Deadline deadline);  // Fault::not_found
Task<Result<std::vector<MailboxRow>>> list_mailboxes(pg::Pool& pool, TenantId view, const MailboxFilter& filter, Page page,
                                                     pg::Deadline deadline);

struct NewMailbox {
    std::string address;
    std::string display_name;
    std::string scram_salt;
    std::optional<MainCredential> credential;  // nothing: nobody signs in as it
    std::optional<std::int64_t> quota_octets;
    std::string kind = "user";
    std::string booking = "{}";
    std::string plan;
};
// Fault::already_exists when the address leads anywhere already.
Task<Result<MailboxRow>> insert_mailbox(pg::Transaction& transaction, const DomainRow& domain, const NewMailbox& mailbox);

struct MailboxChange {
    std::optional<std::string> display_name, title, department, phone, mobile, office, sent_copy, booking;
    std::optional<std::int64_t> quota_octets;  // 0: none of its own
    std::optional<std::string> manager;        // an address of the tenant, or empty; Fault::not_found
    std::optional<bool> listed;
    std::optional<std::string> plan;         // empty: the tenant's; Fault::not_found
    std::optional<std::string> password_by;  // empty: as the tenant has it
    std::optional<std::optional<std::vector<std::string>>> protocols;
};
Task<Result<MailboxRow>> update_mailbox(pg::Transaction& transaction, const MailboxRow& mailbox, const MailboxChange& change);
Task<Result<MailboxRow>> update_mailbox_state(pg::Transaction& transaction, const MailboxRow& mailbox, const std::string& state);

// The address in `domain` becomes its own; Fault::already_exists when it leads elsewhere. The old one goes on leading here, or goes.
enum class OldAddress { stays, goes };
Task<Result<MailboxRow>> rename_mailbox(pg::Transaction& transaction, const MailboxRow& mailbox, const DomainRow& domain,
                                        const std::string& address, OldAddress old_address);

// To another tenant, at an address in its domain; passwords and photo go along. From here on the transaction works for that tenant.
// Fault::already_exists when the address leads anywhere already.
Task<Result<MailboxRow>> move_mailbox(pg::Transaction& transaction, const MailboxRow& mailbox, const DomainRow& domain,
                                      const std::string& address);
// The addresses that lead to an account itself, its own among them.
Task<Result<std::vector<std::string>>> own_addresses(pg::Transaction& transaction, const MailboxRow& mailbox);

struct PhotoRow {
    std::string media_type;  // image/jpeg, image/png
    std::string octets;
};
Task<Result<PhotoRow>> find_photo(pg::Pool& pool, const MailboxRow& mailbox, pg::Deadline deadline);  // Fault::not_found
// Empty octets: none.
Task<Result<void>> set_photo(pg::Transaction& transaction, const MailboxRow& mailbox, const PhotoRow& photo);

Task<Result<bool>> delete_mailbox(pg::Transaction& transaction, TenantId tenant, AccountId account);

// The account that answers for postmaster and abuse where nobody has these addresses; AccountId{}: none.
Task<Result<AccountId>> duty_account(pg::Transaction& transaction, TenantId tenant);

}  // namespace sky::auth
