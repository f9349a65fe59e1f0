#include "sky/mailstore/acl.h"

#include "rows.h"
#include "settle.h"

namespace sky::mailstore {
namespace {

constexpr std::int64_t most_entries = 1000;

constexpr pg::Statement acls_of_account{
    "mailstore.acls",
    "select a.mailbox_id, a.grantee_kind, a.grantee_id, a.negative, a.rights from mail.acl a join mail.mailbox b "
    "on b.tenant_id = a.tenant_id and b.mailbox_id = a.mailbox_id where a.tenant_id = $1 and b.account_id = $2 "
    "order by a.mailbox_id, a.grantee_kind, a.grantee_id, a.negative"};
constexpr pg::Statement entry_now{
    "mailstore.acl_entry",
    "select coalesce((select a.rights from mail.acl a where a.tenant_id = $1 and a.mailbox_id = $2 and a.grantee_kind = $4 and "
    "a.grantee_id = $5 and a.negative = $6), 0), (select count(*) from mail.acl a where a.tenant_id = $1 and a.mailbox_id = $2) "
    "from mail.mailbox b where b.tenant_id = $1 and b.mailbox_id = $2 and b.account_id = $3"};
constexpr pg::Statement put_entry{
    "mailstore.put_acl_entry",
    "insert into mail.acl (tenant_id, mailbox_id, grantee_kind, grantee_id, negative, rights) values ($1, $2, $3, $4, $5, $6) "
    "on conflict (tenant_id, mailbox_id, grantee_kind, grantee_id, negative) do update set rights = excluded.rights"};
constexpr pg::Statement drop_entry{
    "mailstore.drop_acl_entry",
    "delete from mail.acl where tenant_id = $1 and mailbox_id = $2 and grantee_kind = $3 and grantee_id = $4 and negative = $5"};
constexpr pg::Statement granting_accounts{
    "mailstore.granting_accounts",
    "select distinct b.account_id from mail.acl a join mail.mailbox b on b.tenant_id = a.tenant_id and b.mailbox_id = a.mailbox_id "
    "where a.tenant_id = $1 and not a.negative and a.rights & $4 <> 0 and b.account_id <> $2 and (a.grantee_kind = 0 "
    "or (a.grantee_kind = 1 and a.grantee_id = $2) or (a.grantee_kind = 2 and a.grantee_id = any ($3))) order by b.account_id"};

struct Change {
    using Value = Changed;
    MailboxRef mailbox;
    Grantee grantee;
    RightsChange change;

    Task<Result<Changed>> run(pg::Transaction& tx) {
        const auto kind = static_cast<std::int16_t>(grantee.kind);
        const bool negative = grantee.sign == Grantee::Sign::denies;
        const auto ticket = tx.queue(lock_account, pg::params(mailbox.tenant, mailbox.account));
        const auto entry = tx.queue(entry_now, pg::params(mailbox.tenant, mailbox.mailbox, mailbox.account, kind, grantee.id, negative));
        auto lock = co_await locked(tx, ticket);
        if (!lock) co_return forward(lock);
        auto rows = co_await tx.take(entry);
        if (!rows) co_return forward(rows);
        if (rows->empty()) co_return unexpected(Fault::not_found, "No such mailbox");
        const auto before = Rights::of(static_cast<std::uint16_t>((*rows)[0].get<std::int32_t>(0)));
        const Rights now = change.applied_to(before);
        if (before.empty() && !now.empty() && (*rows)[0].get<std::int64_t>(1) >= most_entries)
            co_return unexpected(Fault::limit, "Too many entries for one mailbox");
        if (now == before) co_return Changed{mailbox.account, ModSeq{}};
        if (now.empty())
            tx.queue(drop_entry, pg::params(mailbox.tenant, mailbox.mailbox, kind, grantee.id, negative));
        else
            tx.queue(put_entry, pg::params(mailbox.tenant, mailbox.mailbox, kind, grantee.id, negative, std::int32_t{now.bits()}));
        queue_log(tx, mailbox.owner(), lock->modseq, {0, mailbox.mailbox, Logged::mailbox_changed, {}, {}});
        co_return Changed{mailbox.account, lock->modseq};
    }
};

}  // namespace

Task<Result<std::map<MailboxId, Acl>>> Acls::of_account(AccountRef account, Deadline deadline) {
    auto rows = co_await pool_->query(account.tenant, acls_of_account, pg::params(account.tenant, account.account), deadline);
    if (!rows) co_return forward(rows);
    std::map<MailboxId, Acl> out;
    for (const auto row : *rows)
        out[row.get<MailboxId>(0)].push_back({{static_cast<Grantee::Kind>(row.get<std::int16_t>(1)), row.get<std::int64_t>(2),
                                               row.get<bool>(3) ? Grantee::Sign::denies : Grantee::Sign::grants},
                                              Rights::of(static_cast<std::uint16_t>(row.get<std::int32_t>(4)))});
    co_return out;
}

Task<Result<Changed>> Acls::change(MailboxRef mailbox, Grantee grantee, RightsChange change, Deadline deadline) {
    Change body{mailbox, grantee, change};
    co_return co_await settle(*pool_, mailbox.tenant, deadline, Repeat::harmless, body);
}

Task<Result<std::vector<AccountId>>> Acls::granting(TenantId tenant, Subject subject, Deadline deadline) {
    auto rows = co_await pool_->query(tenant, granting_accounts,
                                      pg::params(tenant, subject.account, subject.groups, std::int32_t{rights_to_reach.bits()}), deadline);
    if (!rows) co_return forward(rows);
    std::vector<AccountId> out;
    for (const auto row : *rows) out.push_back(row.get<AccountId>(0));
    co_return out;
}

}  // namespace sky::mailstore
