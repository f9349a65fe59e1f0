// The store's part of `skyctl fsck`: what must agree, said as queries for what does not.
#include "sky/base/encode.h"
#include "sky/base/sha256.h"
#include "sky/mailstore/message.h"
#include "sky/mailstore/upkeep.h"

namespace sky::mailstore {
namespace {

constexpr pg::Statement numbers{
    "mailstore.check_numbers",
    "with real as (select tenant_id, mailbox_id, count(*) as messages, count(*) filter (where system & 8 = 0) as unseen, "
    "count(*) filter (where system & 4 <> 0) as deleted, coalesce(sum(size), 0) as octets, max(uid) as top, max(modseq) as modseq "
    "from mail.placement group by 1, 2), "
    "box as (select b.*, coalesce(r.messages, 0) as r_messages, coalesce(r.unseen, 0) as r_unseen, coalesce(r.deleted, 0) as r_deleted, "
    "coalesce(r.octets, 0) as r_octets, coalesce(r.top, 0) as top, coalesce(r.modseq, 0) as r_modseq "
    "from mail.mailbox b left join real r using (tenant_id, mailbox_id)) "
    "select * from ("
    "select tenant_id, 'mailbox.counts', 'mailbox ' || mailbox_id, format('says %s/%s/%s/%s, has %s/%s/%s/%s "
    "messages/unseen/deleted/octets', "
    "messages, unseen, deleted, octets, r_messages, r_unseen, r_deleted, r_octets) from box "
    "where (messages, unseen, deleted, octets) is distinct from (r_messages, r_unseen, r_deleted, r_octets::bigint) "
    "union all select tenant_id, 'mailbox.uidnext', 'mailbox ' || mailbox_id, format('UIDNEXT %s, but UID %s exists', uid_next, top) "
    "from box where uid_next <= top "
    "union all select tenant_id, 'mailbox.modseq', 'mailbox ' || mailbox_id, format('MODSEQ %s, but a message has %s', modseq, r_modseq) "
    "from box where modseq < r_modseq "
    "union all select p.tenant_id, 'mailbox.marked', 'mailbox ' || p.mailbox_id, format('UID %s is marked and EXPUNGE would not find it', "
    "p.uid) from mail.placement p join mail.mailbox b using (tenant_id, mailbox_id) where p.system & 4 <> 0 "
    "and ((p.uid - 1) / 256)::integer <> all (b.marked) "
    "union all select b.tenant_id, 'account.modseq', 'account ' || b.account_id, format('MODSEQ %s, but mailbox %s has %s', a.modseq, "
    "b.mailbox_id, b.modseq) "
    "from mail.mailbox b join mail.account a using (tenant_id, account_id) where a.modseq < b.modseq "
    "union all select a.tenant_id, 'account.used', 'account ' || a.account_id, format('says %s octets in %s messages, has %s in %s', "
    "a.used_octets, "
    "a.used_messages, coalesce(s.octets, 0), coalesce(s.messages, 0)) from mail.account a left join (select tenant_id, account_id, "
    "sum(r_octets) as octets, "
    "sum(r_messages) as messages from box group by 1, 2) s using (tenant_id, account_id) "
    "where (a.used_octets, a.used_messages) is distinct from (coalesce(s.octets, 0)::bigint, coalesce(s.messages, 0)::bigint) "
    "union all select a.tenant_id, 'account.share', 'account ' || a.account_id, format('holds %s octets of pool %s and uses %s', "
    "a.quota_octets, a.pool_id, a.used_octets) from mail.account a where a.pool_id is not null and a.used_octets > a.quota_octets "
    "union all select a.tenant_id, 'account.inbox', 'account ' || a.account_id, 'has no INBOX' from mail.account a where not exists "
    "(select from mail.mailbox b where b.tenant_id = a.tenant_id and b.account_id = a.account_id and b.name = 'INBOX' and b.selectable) "
    "union all select p.tenant_id, 'placement.mailbox', 'mailbox ' || p.mailbox_id, format('UID %s lies in no mailbox', p.uid) from "
    "mail.placement p "
    "where not exists (select from mail.mailbox b where b.tenant_id = p.tenant_id and b.mailbox_id = p.mailbox_id) "
    "union all select p.tenant_id, 'placement.email', 'mailbox ' || p.mailbox_id, format('UID %s has no email %s', p.uid, p.email_id) from "
    "mail.placement p "
    "where not exists (select from mail.email e where e.tenant_id = p.tenant_id and e.email_id = p.email_id) "
    "union all select e.tenant_id, 'email.placement', 'email ' || e.email_id, 'is in no mailbox and was not deleted' from mail.email e "
    "where not exists (select from mail.placement p where p.tenant_id = e.tenant_id and p.email_id = e.email_id) "
    "and not exists (select from mail.deleted d where d.tenant_id = e.tenant_id and d.email_id = e.email_id) "
    "union all select d.tenant_id, 'deleted.email', 'account ' || d.account_id, format('email %s can''t be restored: it is not there', "
    "d.email_id) from mail.deleted d where not exists (select from mail.email e where e.tenant_id = d.tenant_id "
    "and e.email_id = d.email_id and e.account_id = d.account_id) "
    "union all select e.tenant_id, 'email.account', 'email ' || e.email_id, format('lies in mailbox %s of another account', b.mailbox_id) "
    "from mail.email e "
    "join mail.placement p using (tenant_id, email_id) join mail.mailbox b using (tenant_id, mailbox_id) where b.account_id <> "
    "e.account_id "
    "union all select e.tenant_id, 'placement.size', 'email ' || e.email_id, format('placed with %s octets, is %s', p.size, "
    "octet_length(e.prefix) + b.size) "
    "from mail.email e join mail.placement p using (tenant_id, email_id) join mail.blob b using (tenant_id, blob_id) "
    "where p.size <> octet_length(e.prefix) + b.size "
    "union all select e.tenant_id, 'email.summary', 'email ' || e.email_id, 'its blob has no summary' from mail.email e "
    "where not exists (select from mail.summary s where s.tenant_id = e.tenant_id and s.blob_id = e.blob_id) "
    "union all select b.tenant_id, 'blob.frames', 'blob ' || b.blob_id, format('%s octets, frames hold %s', b.size, coalesce(f.size, 0)) "
    "from mail.blob b "
    "left join (select tenant_id, blob_id, sum(plain_size) as size from mail.blob_frame group by 1, 2) f using (tenant_id, blob_id) "
    "where b.size <> coalesce(f.size, 0) "
    "union all select f.tenant_id, 'frame.blob', 'blob ' || f.blob_id, 'frames without a blob' from mail.blob_frame f "
    "where f.seq = 0 and not exists (select from mail.blob b where b.tenant_id = f.tenant_id and b.blob_id = f.blob_id) "
    ") findings (tenant_id, \"check\", object, text) limit $1"};
constexpr pg::Statement blobs_above{"mailstore.blobs_above",
                                    "select tenant_id, blob_id, sha256, size from mail.blob where blob_id > $1 order by blob_id limit $2"};
constexpr pg::Statement frame_number{
    "mailstore.frame_number", "select start, plain_size, data from mail.blob_frame where tenant_id = $1 and blob_id = $2 and seq = $3"};

// What is wrong with this blob's octets; empty: nothing.
Task<Result<std::string>> check_one(pg::Pool& pool, pg::Row blob, Deadline deadline) {
    Sha256 hash;
    std::int64_t at = 0;
    for (std::int32_t seq = 0; at < blob.get<std::int64_t>(3); ++seq) {
        auto rows =
            co_await pool.query(TenantId{}, frame_number, pg::params(blob.get<std::int64_t>(0), blob.get<std::int64_t>(1), seq), deadline);
        if (!rows) co_return forward(rows);
        if (rows->empty()) co_return "frame " + std::to_string(seq) + " is missing";
        const auto frame = (*rows)[0];
        const auto plain = unpack_frame(frame.raw(2), frame.get<std::uint32_t>(1));
        if (!plain || frame.get<std::int64_t>(0) != at || plain->empty()) co_return "frame " + std::to_string(seq) + " is damaged";
        hash.feed(*plain);
        at += static_cast<std::int64_t>(plain->size());
    }
    if (hash.finish() != blob.raw(2)) co_return std::string("its octets do not have its hash");
    co_return std::string();
}

}  // namespace

Task<Result<std::vector<Finding>>> check_numbers(pg::Pool& pool, std::int32_t limit, Deadline deadline) {
    auto rows = co_await pool.query(TenantId{}, numbers, pg::params(std::int64_t{limit}), deadline);
    if (!rows) co_return forward(rows);
    std::vector<Finding> out;
    for (const auto row : *rows)
        out.push_back({row.get<TenantId>(0), row.get<std::string>(1), row.get<std::string>(2), row.get<std::string>(3)});
    co_return out;
}

Task<Result<BlobCheck>> check_blobs(pg::Pool& pool, BlobId after_id, std::int32_t count, Deadline deadline) {
    auto rows = co_await pool.query(TenantId{}, blobs_above, pg::params(after_id, std::int64_t{count}), deadline);
    if (!rows) co_return forward(rows);
    BlobCheck out;
    for (const auto row : *rows) {
        auto wrong = co_await check_one(pool, row, deadline);
        if (!wrong) co_return forward(wrong);
        if (!wrong->empty())
            out.findings.push_back({row.get<TenantId>(0), "blob.hash", "blob " + std::to_string(row.get<std::int64_t>(1)), *wrong});
        out.last = row.get<BlobId>(1);
        ++out.checked;
    }
    if (out.checked < count) out.last = BlobId{};
    co_return out;
}

}  // namespace sky::mailstore
