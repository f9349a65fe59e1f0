#include "sky/mailstore/seen.h"

#include "readers.h"

namespace sky::mailstore {
namespace {

constexpr pg::Statement unseen{
    "mailstore.first_unseen",
    "with first as (select p.uid from mail.placement p where p.tenant_id = $1 and p.mailbox_id = $2 and p.system & 8 = 0 order by p.uid "
    "limit 1) "
    "select count(*) from mail.placement p, first where p.tenant_id = $1 and p.mailbox_id = $2 and p.uid <= first.uid"};
constexpr pg::Statement readers_unseen{
    "mailstore.readers_first_unseen",
    "with " SKY_READER("$3") ", first as (select p.uid from mail.placement p cross join r where p.tenant_id = $1 and p.mailbox_id = $2 "
    "and not r.uids @> p.uid order by p.uid limit 1) "
    "select count(*) from mail.placement p, first where p.tenant_id = $1 and p.mailbox_id = $2 and p.uid <= first.uid"};
constexpr pg::Statement counts{
    "mailstore.count_unseen",
    "select b.mailbox_id, case when s.uids is null then b.messages else (select coalesce(sum(g.n), 0)::bigint "
    "from unnest(int8multirange(int8range(1, b.uid_next)) - s.uids) r cross join lateral (select count(*) as n from mail.placement p "
    "where p.tenant_id = $1 and p.mailbox_id = b.mailbox_id and p.uid >= lower(r) and p.uid < upper(r)) g) end "
    "from mail.mailbox b left join lateral (select s.uids + '{}' as uids from mail.seen s where s.tenant_id = $1 "
    "and s.mailbox_id = b.mailbox_id and s.principal_id = $2 offset 0) s on true where b.tenant_id = $1 and b.mailbox_id = any ($3)"};
constexpr pg::Statement add{"mailstore.add_seen", "select mail.add_seen($1, $2, $3, $4::bigint[], $5)"};

}  // namespace

Task<Result<std::uint32_t>> first_unseen(pg::Pool& pool, MailboxRef mailbox, Deadline deadline) {
    const auto rows =
        mailbox.has_reader()
            ? co_await pool.query(mailbox.tenant, readers_unseen, pg::params(mailbox.tenant, mailbox.mailbox, mailbox.reader), deadline)
            : co_await pool.query(mailbox.tenant, unseen, pg::params(mailbox.tenant, mailbox.mailbox), deadline);
    if (!rows) co_return forward(rows);
    co_return static_cast<std::uint32_t>((*rows)[0].get<std::int64_t>(0));
}

Task<Result<std::map<MailboxId, std::int64_t>>> count_unseen(pg::Pool& pool, TenantId tenant, AccountId reader,
                                                             std::vector<MailboxId> mailboxes, Deadline deadline) {
    std::map<MailboxId, std::int64_t> out;
    if (mailboxes.empty()) co_return out;
    const auto rows = co_await pool.query(tenant, counts, pg::params(tenant, reader, mailboxes), deadline);
    if (!rows) co_return forward(rows);
    for (const auto row : *rows) out.emplace(row.get<MailboxId>(0), row.get<std::int64_t>(1));
    co_return out;
}

void queue_seen(pg::Transaction& tx, MailboxRef mailbox, const std::vector<std::int64_t>& uids, ModSeq modseq) {
    if (!uids.empty()) tx.queue(add, pg::params(mailbox.tenant, mailbox.mailbox, mailbox.reader, uids, modseq));
}

}  // namespace sky::mailstore
