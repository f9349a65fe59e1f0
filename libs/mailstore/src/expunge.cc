#include <algorithm>
#include <limits>

#include "removal.h"
#include "settle.h"
#include "sky/mailstore/write.h"

namespace sky::mailstore {
namespace {

// Removes the first $5 messages in the ranges: marked ones, or all. Emails left in no mailbox can be restored from mail.deleted; the
// statement sees the table as it was before it, hence the comparison with what goes.
#define SKY_REMOVE_TARGET                                                                                                             \
    "gone as (delete from mail.placement p using target t where p.tenant_id = $1 and p.mailbox_id = $6 and p.uid = t.uid "            \
    "returning p.uid, p.email_id, p.size, p.system, p.keywords, p.internal_date), "                                                   \
    "lost as (select g.* from gone g where not exists (select from mail.placement o where o.tenant_id = $1 "                          \
    "and o.email_id = g.email_id and not (o.mailbox_id = $6 and o.uid in (select uid from gone)))), "                                 \
    "kept as (insert into mail.deleted (tenant_id, account_id, mailbox_id, uid, email_id, mailbox, system, keywords, internal_date, " \
    "size) select $1, $2, $6, g.uid, g.email_id, b.name, g.system, case when g.keywords = 0 then '{}' else "                          \
    "mail.keyword_names(b.keywords, g.keywords) end, g.internal_date, g.size from lost g "                                            \
    "cross join mail.mailbox b where b.tenant_id = $1 and b.mailbox_id = $6), "                                                       \
    "sums as (select a.modseq, count(*) as messages, sum(g.size) as octets, count(*) filter (where g.system & 8 = 0) as unseen, "     \
    "count(*) filter (where g.system & 4 <> 0) as deleted, mail.uid_ranges(array_agg(g.uid order by g.uid)) as uids "                 \
    "from gone g, mail.account a where a.tenant_id = $1 and a.account_id = $2 group by a.modseq), "                                   \
    "counted as (update mail.mailbox b set modseq = s.modseq, messages = b.messages - s.messages, octets = b.octets - s.octets, "     \
    "unseen = b.unseen - s.unseen, deleted = b.deleted - s.deleted, "                                                                 \
    "marked = case when b.deleted - s.deleted > 0 then b.marked else '{}' end "                                                       \
    "from sums s where b.tenant_id = $1 and b.mailbox_id = $6), "                                                                     \
    "released as (update mail.account a set used_octets = a.used_octets - s.octets, used_messages = a.used_messages - s.messages "    \
    "from sums s where a.tenant_id = $1 and a.account_id = $2), "                                                                     \
    "logged as (insert into mail.change_log (tenant_id, account_id, modseq, part, mailbox_id, kind, uids, emails) "                   \
    "select $1, $2, s.modseq, 0, $6, 3, s.uids, array(select distinct email_id from lost) from sums s) "                              \
    "select uid from gone order by uid"
// Looks only where something may be marked, so that it costs what goes and not what stays.
constexpr pg::Statement remove_marked{
    "mailstore.remove_marked",
    "with target as materialized (select u.uid from mail.mailbox b cross join lateral "
    "unnest(mail.marked_uids($1, $6, $3::bigint[], $4::bigint[], $5)) u (uid) "
    "where b.tenant_id = $1 and b.mailbox_id = $6 and b.account_id = $2 and b.deleted > 0), " SKY_REMOVE_TARGET};
constexpr pg::Statement remove_all{
    "mailstore.remove_messages",
    "with target as (select p.uid from unnest($3::bigint[], $4::bigint[]) r (first, last) cross join lateral "
    "(select p.uid from mail.placement p where p.tenant_id = $1 and p.mailbox_id = $6 and p.uid between r.first and r.last "
    "order by p.uid limit $5) p where exists (select from mail.mailbox b where b.tenant_id = $1 and b.mailbox_id = $6 "
    "and b.account_id = $2) order by p.uid limit $5), " SKY_REMOVE_TARGET};
#undef SKY_REMOVE_TARGET

constexpr std::int64_t slice_size = 1000;

struct Slice {
    using Value = bool;  // is there more?
    MailboxRef mailbox;
    UidSet uids;
    Removes removes;
    std::int64_t limit;
    std::uint32_t from = 1;
    std::uint32_t next = 1;
    Expunged out = {};

    Task<Result<bool>> run(pg::Transaction& tx) {
        out = {};
        const auto window = uids_from(uids, from, limit);
        const auto ticket = tx.queue(lock_account, pg::params(mailbox.tenant, mailbox.account));
        const auto slice = queue_removal(tx, mailbox, window, removes, limit);
        tx.queue_commit();
        auto lock = co_await locked(tx, ticket);
        if (!lock) co_return forward(lock);
        auto rows = co_await tx.take(slice);
        if (!rows) co_return forward(rows);
        for (const auto row : *rows) out.uids.push_back(row.get<std::uint32_t>(0));
        if (!out.uids.empty()) out.changed = {mailbox.account, lock->modseq};
        if (window.empty()) co_return false;
        const auto last = std::ssize(out.uids) == limit ? out.uids.back() : window.back().last;
        next = last + 1;
        co_return last < uids.back().last;
    }
};

}  // namespace

pg::Transaction::Ticket queue_removal(pg::Transaction& tx, MailboxRef mailbox, const UidSet& uids, Removes removes, std::int64_t limit) {
    const auto in = bounds(uids);
    return tx.queue(removes == Removes::all ? remove_all : remove_marked,
                    pg::params(mailbox.tenant, mailbox.account, in.first, in.last, limit, mailbox.mailbox));
}

Task<Result<Expunged>> Writer::expunge(MailboxRef mailbox, std::optional<UidSet> only, Deadline deadline) {
    Slice body{mailbox, only ? std::move(*only) : UidSet{{1, std::numeric_limits<std::uint32_t>::max()}}, Removes::marked, slice_size};
    Expunged all{{mailbox.account, ModSeq{}}, {}};
    for (;;) {
        auto more = co_await settle(*pool_, mailbox.tenant, deadline, Repeat::harmless, body);
        if (!more) co_return forward(more);
        if (!body.out.uids.empty()) all.changed = body.out.changed;
        std::ranges::move(body.out.uids, std::back_inserter(all.uids));
        body.from = body.next;
        if (!*more) co_return all;
    }
}

Task<Result<Expunged>> Writer::remove(MailboxRef mailbox, UidSet uids, Deadline deadline) {
    Slice body{mailbox, std::move(uids), Removes::all, std::numeric_limits<std::int32_t>::max()};
    auto done = co_await settle(*pool_, mailbox.tenant, deadline, Repeat::harmless, body);
    if (!done) co_return forward(done);
    if (body.out.uids.empty()) body.out.changed = {mailbox.account, ModSeq{}};
    co_return std::move(body.out);
}

}  // namespace sky::mailstore
