#include "auth/store/mailboxes.h"

namespace sky::auth {
namespace {
constexpr pg::Statement mailbox_by_address{"directory.mailbox",
                                           "select a.tenant_id, a.account_id, a.address, a.display_name, t.name, a.state, a.quota_octets, "
                                           "a.created_at, a.scram_salt from directory.address n "
                                           "join directory.account a on a.tenant_id = n.tenant_id and a.account_id = n.account_id "
                                           "join directory.tenant t on t.tenant_id = a.tenant_id where n.address = $1"};
constexpr pg::Statement mailboxes_after{"directory.mailboxes",
                                        "select a.tenant_id, a.account_id, a.address, a.display_name, t.name, a.state, a.quota_octets, "
                                        "a.created_at, a.scram_salt from directory.address n "
                                        "join directory.account a on a.tenant_id = n.tenant_id and a.account_id = n.account_id and "
                                        "a.address = n.address "
                                        "join directory.tenant t on t.tenant_id = a.tenant_id "
                                        "join directory.domain d on d.tenant_id = n.tenant_id and d.domain_id = n.domain_id "
                                        "where n.address > $1 and ($2 = '' or d.name = $2) and ($3 = '' or t.name = $3) "
                                        "order by n.address limit $4"};
constexpr pg::Statement add_account{
    "directory.add_account",
    "insert into directory.account (tenant_id, address, display_name, quota_octets, scram_salt) values ($1, $2, $3, $4, $5) "
    "returning account_id, state, created_at"};
constexpr pg::Statement add_address{"directory.add_address",
                                    "insert into directory.address (tenant_id, address, domain_id, account_id) values ($1, $2, $3, $4)"};
constexpr pg::Statement add_credential{"directory.add_credential",
                                       "insert into directory.credential (tenant_id, account_id, kind, verifier, scram_sha256, scram_sha1) "
                                       "values ($1, $2, 'main', $3, nullif($4, ''), nullif($5, ''))"};
constexpr pg::Statement remove_account{"directory.remove_account",
                                       "delete from directory.account where tenant_id = $1 and account_id = $2"};
constexpr pg::Statement lock_account{"directory.lock_account",
                                     "select 1 from directory.account where tenant_id = $1 and account_id = $2 for no key update"};
constexpr pg::Statement drop_main{"directory.drop_main",
                                  "delete from directory.credential where tenant_id = $1 and account_id = $2 and kind = 'main'"};
constexpr pg::Statement first_account{
    "directory.duty_account",
    "select account_id from directory.account where tenant_id = $1 and kind = 'user' and state = 'active' "
    "order by tenant_id, account_id limit 1"};

MailboxRow mailbox_of(const pg::Row& row) {
    return {row.get<TenantId>(0),
            row.get<AccountId>(1),
            row.get<std::string>(2),
            row.get<std::string>(3),
            row.get<std::string>(4),
            row.get<std::string>(5),
            row.get<std::optional<std::int64_t>>(6),
            row.get<Time>(7),
            row.get<std::string>(8)};
}
}  // namespace

Task<Result<MailboxRow>> find_mailbox(pg::Pool& pool, TenantId view, const std::string& address, pg::Deadline deadline) {
    auto rows = co_await pool.query(view, mailbox_by_address, pg::params(address), deadline);
    if (!rows) co_return forward(rows);
    if (rows->empty()) co_return unexpected(Fault::not_found, "no such mailbox");
    co_return mailbox_of((*rows)[0]);
}

Task<Result<std::vector<MailboxRow>>> list_mailboxes(pg::Pool& pool, TenantId view, const std::string& domain, const std::string& tenant,
                                                     Page page, pg::Deadline deadline) {
    auto rows = co_await pool.query(view, mailboxes_after, pg::params(page.after, domain, tenant, std::int64_t{page.size}), deadline);
    if (!rows) co_return forward(rows);
    std::vector<MailboxRow> out;
    for (const auto row : *rows) out.push_back(mailbox_of(row));
    co_return out;
}

Task<Result<MailboxRow>> insert_mailbox(pg::Transaction& transaction, const DomainRow& domain, const NewMailbox& mailbox) {
    auto rows = co_await transaction.query(add_account, pg::params(domain.tenant_id, mailbox.address, mailbox.display_name,
                                                                   mailbox.quota_octets, pg::Bytea{mailbox.scram_salt}));
    if (!rows) co_return forward(rows);
    const auto row = (*rows)[0];
    const auto account = row.get<AccountId>(0);
    const auto address = transaction.queue(add_address, pg::params(domain.tenant_id, mailbox.address, domain.id, account));
    const auto credential = transaction.queue(add_credential, pg::params(domain.tenant_id, account, mailbox.credential.verifier,
                                                                         mailbox.credential.scram_sha256, mailbox.credential.scram_sha1));
    for (auto ticket : {address, credential})
        if (auto done = co_await transaction.take(ticket); !done) co_return forward(done);
    co_return MailboxRow{domain.tenant_id,     account,          mailbox.address,
                         mailbox.display_name, domain.tenant,    row.get<std::string>(1),
                         mailbox.quota_octets, row.get<Time>(2), mailbox.scram_salt};
}

Task<Result<bool>> delete_mailbox(pg::Transaction& transaction, TenantId tenant, AccountId account) {
    auto rows = co_await transaction.query(remove_account, pg::params(tenant, account));
    if (!rows) co_return forward(rows);
    co_return rows->affected() > 0;
}

Task<Result<bool>> set_main_verifier(pg::Transaction& transaction, TenantId tenant, AccountId account, const MainCredential& credential) {
    // Two changes at once take their turn here, so that each replaces what the other left.
    auto there = co_await transaction.query(lock_account, pg::params(tenant, account));
    if (!there) co_return forward(there);
    if (there->empty()) co_return false;
    const auto dropped = transaction.queue(drop_main, pg::params(tenant, account));
    const auto added =
        transaction.queue(add_credential, pg::params(tenant, account, credential.verifier, credential.scram_sha256, credential.scram_sha1));
    for (auto ticket : {dropped, added})
        if (auto done = co_await transaction.take(ticket); !done) co_return forward(done);
    co_return true;
}

Task<Result<AccountId>> duty_account(pg::Transaction& transaction, TenantId tenant) {
    auto rows = co_await transaction.query(first_account, pg::params(tenant));
    if (!rows) co_return forward(rows);
    co_return rows->empty() ? AccountId{} : (*rows)[0].get<AccountId>(0);
}

}  // namespace sky::auth
