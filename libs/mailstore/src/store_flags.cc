#include <algorithm>

#include "keywords.h"
#include "settle.h"
#include "sky/mailstore/write.h"

namespace sky::mailstore {
namespace {

// One slice: the first $5 messages in the ranges. The lateral join keeps the planner on the ranges of the index; joined plainly it walks
// the whole mailbox. Which messages are touched is known before the update, and the update names them in an array: nothing is joined whose
// size the planner would have to guess (it guesses 1, and 1,000 by 1,000 is a million). $6 mode (0 add, 1 remove, 2 replace), $7 system
// bits, $8 keyword names, $9 UNCHANGEDSINCE, $11 system bits and $12 whether keywords too that a replacement takes away. Runs after
// lock_account in the same transaction, so nothing else writes here meanwhile.
#define SKY_NEW_SYSTEM \
    "case $6 when 0 then p.system | $7::smallint when 1 then p.system & ~$7::smallint else (p.system & ~$11::smallint) | $7::smallint end"
#define SKY_NEW_KEYWORDS \
    "case when $6 = 0 then p.keywords | m.keywords when $6 = 1 then p.keywords & ~m.keywords when $12 then m.keywords else p.keywords end"
constexpr pg::Statement store_slice{
    "mailstore.store_flags",
    "with mask as materialized (select mail.keyword_bits(b.keywords, $8::text[]) as keywords, a.modseq from mail.mailbox b "
    "join mail.account a using (tenant_id, account_id) where b.tenant_id = $1 and b.account_id = $2 and b.mailbox_id = $10), "
    "target as materialized (select p.* from unnest($3::bigint[], $4::bigint[]) r (first, last) cross join lateral "
    "(select p.uid, p.email_id, p.system, p.keywords, p.modseq, p.internal_date, p.size, p.saved_at from mail.placement p where "
    "p.tenant_id = $1 "
    "and p.mailbox_id = $10 and p.uid between r.first and r.last order by p.uid limit $5) p order by p.uid limit $5), "
    "next as materialized (select n.*, n.allowed and (n.system, n.keywords) is distinct from (n.new_system, n.new_keywords) as touched "
    "from (select p.*, ($9::bigint is null or p.modseq <= $9) as allowed, " SKY_NEW_SYSTEM " as new_system, " SKY_NEW_KEYWORDS
    " as new_keywords, m.modseq as new_modseq from target p, mask m) n), "
    "changed as (update mail.placement p set system = " SKY_NEW_SYSTEM ", keywords = " SKY_NEW_KEYWORDS
    ", modseq = m.modseq from mask m where p.tenant_id = $1 and p.mailbox_id = $10 "
    "and p.uid = any (array(select n.uid from next n where n.touched))), "
    "sums as (select mail.uid_ranges(array_agg(uid order by uid)) as uids, max(new_modseq) as modseq, "
    "sum((system & 8) / 8 - (new_system & 8) / 8) as unseen, sum((new_system & 4) / 4 - (system & 4) / 4) as deleted, "
    "array_agg(distinct ((uid - 1) / 256)::integer) filter (where new_system & 4 <> 0 and system & 4 = 0) as marks "
    "from next where touched having count(*) > 0), "
    "counted as (update mail.mailbox b set modseq = s.modseq, unseen = b.unseen + s.unseen, deleted = b.deleted + s.deleted, "
    "marked = case when s.deleted = 0 and s.marks is null then b.marked else mail.marked_with(b.marked, s.marks, b.deleted + s.deleted) "
    "end "
    "from sums s where b.tenant_id = $1 and b.mailbox_id = $10), "
    "logged as (insert into mail.change_log (tenant_id, account_id, modseq, part, mailbox_id, kind, uids) "
    "select $1, $2, s.modseq, 0, $10, 2, s.uids from sums s) "
    "select n.uid, n.email_id, case when n.allowed then n.new_system else n.system end, case when n.allowed then n.new_keywords else "
    "n.keywords end, case when n.touched then n.new_modseq else n.modseq end, n.internal_date, n.size, n.saved_at, n.allowed, n.touched "
    "from next n order by n.uid"};
#undef SKY_NEW_SYSTEM
#undef SKY_NEW_KEYWORDS

constexpr std::size_t slice_size = 1000;

struct Slice {
    using Value = bool;  // is there more?
    MailboxRef mailbox;
    const UidSet& uids;
    const FlagChange& change;
    std::optional<ModSeq> unchanged_since;
    std::uint32_t from = 1;
    std::uint32_t next = 1;  // where the following slice begins; a repeated slice begins at `from` again
    Stored out = {};         // of this slice

    Task<Result<bool>> run(pg::Transaction& tx) {
        out = {};
        const auto ticket = tx.queue(lock_account, pg::params(mailbox.tenant, mailbox.account));
        const bool names = !change.keywords.empty() && change.mode != FlagMode::remove;
        const auto known = queue_keywords(tx, mailbox, names ? change.keywords : std::vector<std::string>());
        const auto window = uids_from(uids, from, slice_size);
        const auto in = bounds(window);
        const auto since = unchanged_since ? std::optional<std::int64_t>(unchanged_since->value) : std::nullopt;
        const bool all_keywords = change.scope.keywords == FlagScope::Keywords::touched;
        const auto slice = tx.queue(
            store_slice, pg::params(mailbox.tenant, mailbox.account, in.first, in.last, static_cast<std::int64_t>(slice_size),
                                    static_cast<std::int32_t>(change.mode), static_cast<std::int32_t>(change.system & all_system_flags),
                                    change.keywords, since, mailbox.mailbox, static_cast<std::int32_t>(change.scope.system), all_keywords));
        auto lock = co_await locked(tx, ticket);
        if (!lock) co_return forward(lock);
        auto keywords = co_await take_keywords(tx, known);
        if (!keywords) co_return forward(keywords);
        out.keywords = std::move(*keywords);
        auto rows = co_await tx.take(slice);
        if (!rows) co_return forward(rows);
        bool any = false;
        for (const auto row : *rows) {
            if (!row.get<bool>(8))
                out.modified.push_back(row.get<std::uint32_t>(0));
            else
                out.placements.push_back(placement_of(row));
            any = any || row.get<bool>(9);
        }
        if (any) out.changed = {mailbox.account, lock->modseq};
        if (window.empty()) co_return false;
        const auto last = rows->size() == slice_size ? (*rows)[slice_size - 1].get<std::uint32_t>(0) : window.back().last;
        next = last + 1;
        co_return last < uids.back().last;
    }
};

}  // namespace

Task<Result<Stored>> Writer::store(MailboxRef mailbox, UidSet uids, FlagChange change, std::optional<ModSeq> unchanged_since,
                                   Deadline deadline) {
    Stored all{{mailbox.account, ModSeq{}}, {}, {}, {}};
    if (auto valid = check_keywords(change.keywords); !valid) co_return forward(valid);
    change.system &= change.scope.system;
    if (change.scope.keywords == FlagScope::Keywords::left) change.keywords.clear();
    Slice slice{mailbox, uids, change, unchanged_since};
    for (;;) {
        // Repeating after a COMMIT in doubt would find its own MODSEQ too new for UNCHANGEDSINCE.
        auto more = co_await settle(*pool_, mailbox.tenant, deadline, unchanged_since ? Repeat::harmful : Repeat::harmless, slice);
        if (!more) co_return forward(more);
        slice.from = slice.next;
        if (slice.out.changed.modseq.value > 0) all.changed = slice.out.changed;
        std::ranges::move(slice.out.placements, std::back_inserter(all.placements));
        std::ranges::move(slice.out.modified, std::back_inserter(all.modified));
        all.keywords = std::move(slice.out.keywords);
        if (!*more) co_return all;
        if (tell_) tell_(all.placements.size() + all.modified.size());
    }
}

}  // namespace sky::mailstore
