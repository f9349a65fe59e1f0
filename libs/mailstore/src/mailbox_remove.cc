#include "rows.h"
#include "settle.h"
#include "sky/mailstore/mailboxes.h"

namespace sky::mailstore {
namespace {

constexpr pg::Statement find{"mailstore.remove_find",
                             "select b.mailbox_id, b.selectable, b.uid_next, b.messages, b.octets, exists (select from mail.mailbox c "
                             "where c.tenant_id = $1 and c.account_id = $2 and starts_with(c.name, $3 || '/')) "
                             "from mail.mailbox b where b.tenant_id = $1 and b.account_id = $2 and b.name = $3"};
// Placements; those of emails that were in no other mailbox can be restored (expunge.cc).
constexpr pg::Statement clear_mailbox{
    "mailstore.clear_mailbox",
    "with gone as (delete from mail.placement where tenant_id = $1 and mailbox_id = $2 "
    "returning uid, email_id, size, system, keywords, internal_date), "
    "lost as (select g.* from gone g "
    "where not exists (select from mail.placement o where o.tenant_id = $1 and o.email_id = g.email_id and o.mailbox_id <> $2)), "
    "kept as (insert into mail.deleted (tenant_id, account_id, mailbox_id, uid, email_id, mailbox, system, keywords, internal_date, size) "
    "select $1, b.account_id, $2, g.uid, g.email_id, b.name, g.system, case when g.keywords = 0 then '{}' else "
    "mail.keyword_names(b.keywords, g.keywords) end, g.internal_date, g.size from lost g "
    "cross join mail.mailbox b where b.tenant_id = $1 and b.mailbox_id = $2) "
    "select coalesce(array_agg(distinct email_id), '{}') from lost"};
constexpr pg::Statement forget_seen{"mailstore.forget_seen", "delete from mail.seen where tenant_id = $1 and mailbox_id = $2"};
constexpr pg::Statement forget_acl{"mailstore.forget_acl", "delete from mail.acl where tenant_id = $1 and mailbox_id = $2"};
constexpr pg::Statement forget_metadata{"mailstore.forget_metadata",
                                        "delete from mail.metadata where tenant_id = $1 and account_id = $2 and mailbox_id = $3"};
constexpr pg::Statement close_mailbox{
    "mailstore.close_mailbox",
    "update mail.mailbox set selectable = false, special_use = 0, messages = 0, unseen = 0, deleted = 0, octets = 0, marked = '{}', "
    "modseq = $3 where tenant_id = $1 and mailbox_id = $2"};
constexpr pg::Statement delete_mailbox{"mailstore.delete_mailbox", "delete from mail.mailbox where tenant_id = $1 and mailbox_id = $2"};
constexpr pg::Statement release_quota{"mailstore.release_quota",
                                      "update mail.account set used_octets = used_octets - $3, used_messages = used_messages - $4 "
                                      "where tenant_id = $1 and account_id = $2"};

struct Remove {
    using Value = Changed;
    AccountRef account;
    std::string name;

    Task<Result<Changed>> run(pg::Transaction& tx) {
        const auto ticket = tx.queue(lock_account, pg::params(account.tenant, account.account));
        const auto box = tx.queue(find, pg::params(account.tenant, account.account, name));
        auto lock = co_await locked(tx, ticket);
        if (!lock) co_return forward(lock);
        auto rows = co_await tx.take(box);
        if (!rows) co_return forward(rows);
        if (rows->empty()) co_return unexpected(Fault::not_found, "No such mailbox");
        const auto row = (*rows)[0];
        const auto id = row.get<MailboxId>(0);
        const bool has_children = row.get<bool>(5);
        if (!row.get<bool>(1) && has_children) co_return unexpected(Fault::forbidden, "The name has mailboxes below it");

        auto lost = co_await tx.query(clear_mailbox, pg::params(account.tenant, id));
        if (!lost) co_return forward(lost);
        tx.queue(forget_seen, pg::params(account.tenant, id));
        tx.queue(forget_acl, pg::params(account.tenant, id));  // RFC 4314 §4
        tx.queue(forget_metadata, pg::params(account.tenant, account.account, id));
        if (has_children)
            tx.queue(close_mailbox, pg::params(account.tenant, id, lock->modseq));
        else
            tx.queue(delete_mailbox, pg::params(account.tenant, id));
        tx.queue(release_quota, pg::params(account.tenant, account.account, row.get<std::int64_t>(4), row.get<std::int64_t>(3)));
        if (const auto uid_next = row.get<std::uint32_t>(2); uid_next > 1)
            queue_log(tx, account, lock->modseq,
                      {0, id, Logged::expunged, {{1, uid_next - 1}}, (*lost)[0].get<std::vector<std::int64_t>>(0)});
        queue_log(tx, account, lock->modseq, {1, id, has_children ? Logged::mailbox_changed : Logged::mailbox_removed, {}, {}});
        co_return Changed{account.account, lock->modseq};
    }
};

}  // namespace

Task<Result<Changed>> Mailboxes::remove(AccountRef account, std::string name, Deadline deadline) {
    auto canonical = canonical_name(name);
    if (!canonical) co_return forward(canonical);
    if (*canonical == "INBOX") co_return unexpected(Fault::forbidden, "INBOX can't be deleted");
    Remove body{account, std::move(*canonical)};
    co_return co_await settle(*pool_, account.tenant, deadline, Repeat::harmful, body);
}

}  // namespace sky::mailstore
