#include <algorithm>
#include <limits>

#include "keywords.h"
#include "operation.h"
#include "pool.h"
#include "settle.h"
#include "sky/mailstore/write.h"

namespace sky::mailstore {
namespace {

constexpr pg::Statement target_of{
    "mailstore.copy_target",
    "select uid_validity, uid_next from mail.mailbox where tenant_id = $1 and mailbox_id = $2 and account_id = $3 and selectable"};
// "offset 0" keeps the planner on the ranges of the index; see store_flags.cc.
constexpr pg::Statement sources{
    "mailstore.copy_sources",
    "select p.* from unnest($3::bigint[], $4::bigint[]) r (first, last) cross join lateral (select p.uid, p.email_id, p.system, "
    "p.keywords, p.modseq, "
    "p.internal_date, p.size, null::timestamptz as saved_at from mail.placement p where p.tenant_id = $1 and p.mailbox_id = $2 and p.uid "
    "between r.first and r.last "
    "offset 0) p "
    "where exists (select from mail.mailbox b where b.tenant_id = $1 and b.mailbox_id = $2 and b.account_id = $5) order by p.uid"};
constexpr pg::Statement add_copies{
    "mailstore.add_copies",
    "insert into mail.placement (tenant_id, mailbox_id, uid, email_id, modseq, keywords, internal_date, size, system) "
    "select $1, $2, u.uid, u.email, $3, u.keywords, u.at, u.size, u.system from "
    "unnest($4::bigint[], $5::bigint[], $6::bigint[], $7::timestamptz[], $8::integer[], $9::smallint[]) u (uid, email, keywords, at, size, "
    "system)"};
constexpr pg::Statement drop_sources{"mailstore.drop_sources", "select from mail.delete_uids($1::bigint, $2::bigint, $3::bigint[])"};
// $4 … $8: changes of messages, unseen, deleted, octets; UIDs used. $9: blocks of UIDs that hold new ones marked \Deleted.
constexpr pg::Statement count_mailbox{
    "mailstore.count_mailbox",
    "update mail.mailbox set modseq = $3, messages = messages + $4, unseen = unseen + $5, deleted = deleted + $6, "
    "octets = octets + $7, uid_next = uid_next + $8, marked = case when $6 = 0 then marked else mail.marked_with(marked, $9, deleted + $6) "
    "end "
    "where tenant_id = $1 and mailbox_id = $2"};
constexpr pg::Statement count_account{"mailstore.count_account",
                                      "update mail.account set used_octets = used_octets + $3, used_messages = used_messages + $4 "
                                      "where tenant_id = $1 and account_id = $2"};

enum class Leave { copy, move };

struct Counts {
    std::int64_t messages = 0, unseen = 0, deleted = 0, octets = 0;
    void add(const Placement& one) {
        messages += 1;
        unseen += (one.flags.system & seen) == 0 ? 1 : 0;
        deleted += (one.flags.system & mailstore::deleted) != 0 ? 1 : 0;
        octets += one.size;
    }
};

struct Transfer {
    using Value = Copied;
    MailboxRef from;
    UidSet uids;
    MailboxId to;
    Uuid operation;
    Leave leave;
    FlagScope kept;

    MailboxRef target() const { return {from.tenant, from.account, to}; }

    Task<Result<Copied>> run(pg::Transaction& tx) {
        auto before = co_await claim(tx, from.tenant, operation);
        if (!before) co_return forward(before);
        if (*before) co_return repeated(**before);
        const auto in = bounds(uids);
        const auto ticket = tx.queue(lock_account, pg::params(from.tenant, from.account));
        const auto head = tx.queue(target_of, pg::params(from.tenant, to, from.account));
        const auto source_names = queue_keywords(tx, from, {});
        const auto messages = tx.queue(sources, pg::params(from.tenant, from.mailbox, in.first, in.last, from.account));
        auto lock = co_await locked(tx, ticket);
        if (!lock) co_return forward(lock);
        auto box = co_await tx.take(head);
        if (!box) co_return forward(box);
        if (box->empty()) co_return unexpected(Fault::not_found, "No such mailbox");
        auto names = co_await take_keywords(tx, source_names);
        if (!names) co_return forward(names);
        auto rows = co_await tx.take(messages);
        if (!rows) co_return forward(rows);

        Copied out{{from.account, ModSeq{}}, {}, (*box)[0].get<UidValidity>(0), {}, {}};
        if (rows->empty()) co_return out;
        auto translated = co_await translate(tx, *rows, *names);
        if (!translated) co_return forward(translated);
        if (auto room = co_await make_room(tx, *lock, *rows); !room) co_return forward(room);
        auto written = write(tx, *lock, *rows, *translated, (*box)[0].get<std::int64_t>(1), out);
        if (!written) co_return forward(written);
        co_return out;
    }

  private:
    Copied repeated(const OperationResult& before) const {
        Copied out{{from.account, before.modseq}, {}, before.uid_validity, narrow(before.source_uids), narrow(before.uids)};
        for (const auto email : before.emails) out.emails.emplace_back(email);
        return out;
    }

    // Keywords are numbered by mailbox: the same names get the target's bits.
    Task<Result<std::vector<std::int64_t>>> translate(pg::Transaction& tx, const pg::Rows& rows, const std::vector<std::string>& names) {
        std::uint64_t used = 0;
        std::vector<std::int64_t> out;
        for (const auto row : rows) {
            out.push_back(kept.keywords == FlagScope::Keywords::touched ? row.get<std::int64_t>(3) : 0);
            used |= static_cast<std::uint64_t>(out.back());
        }
        if (used == 0 || to == from.mailbox) co_return out;
        auto known = co_await take_keywords(tx, queue_keywords(tx, target(), keyword_names(names, used)));
        if (!known) co_return forward(known);
        for (auto& bits : out)
            if (bits != 0) bits = static_cast<std::int64_t>(keyword_bits(*known, keyword_names(names, static_cast<std::uint64_t>(bits))));
        co_return out;
    }

    // A copy that passes the account's share of a pool draws more.
    Task<Result<void>> make_room(pg::Transaction& tx, LockedAccount& lock, const pg::Rows& rows) const {
        if (leave == Leave::move || !lock.pooled) co_return Result<void>{};
        std::int64_t wanted = lock.used;
        for (const auto row : rows) wanted += placement_of(row).size;
        if (wanted <= lock.quota.value_or(0)) co_return Result<void>{};
        auto shares = co_await draw(tx, from.tenant, {{from.account, wanted}});
        if (!shares) co_return forward(shares);
        const Share& share = (*shares)[from.account];
        if (share.busy && share.quota < wanted) co_return std::unexpected(pool_is_busy());
        lock.quota = share.quota;
        co_return Result<void>{};
    }

    Result<void> write(pg::Transaction& tx, const LockedAccount& lock, const pg::Rows& rows, const std::vector<std::int64_t>& keywords,
                       std::int64_t uid_next, Copied& out) const {
        std::vector<std::int64_t> new_uids, emails;
        std::vector<Time> dates;
        std::vector<std::int32_t> sizes, system, marks;
        Counts counts, gone;
        for (const auto row : rows) {
            auto placement = placement_of(row);
            if (leave == Leave::move) gone.add(placement);
            placement.flags.system &= kept.system;
            out.from.push_back(placement.uid.value);
            new_uids.push_back(uid_next + counts.messages);
            emails.push_back(placement.email.value);
            out.emails.push_back(placement.email);
            dates.push_back(placement.internal_date);
            sizes.push_back(static_cast<std::int32_t>(placement.size));
            system.push_back(placement.flags.system);
            if ((placement.flags.system & deleted) != 0) marks.push_back(mark_block(new_uids.back()));
            counts.add(placement);
        }
        if (new_uids.back() >= std::numeric_limits<std::uint32_t>::max()) return unexpected(Fault::limit, "The mailbox has no UIDs left");
        if (leave == Leave::copy && lock.quota && lock.used + counts.octets > *lock.quota)
            return unexpected(Fault::over_quota, "The mailbox is full");
        out.to = narrow(new_uids);
        out.changed.modseq = lock.modseq;

        std::int16_t part = 0;
        if (leave == Leave::move) {
            tx.queue(drop_sources, pg::params(from.tenant, from.mailbox, wide(out.from)));
            tx.queue(count_mailbox, pg::params(from.tenant, from.mailbox, lock.modseq, -gone.messages, -gone.unseen, -gone.deleted,
                                               -gone.octets, std::int64_t{0}, std::vector<std::int32_t>()));
            queue_log(tx, from.owner(), lock.modseq, {part++, from.mailbox, Logged::expunged, uid_set(out.from), {}});
        } else {
            tx.queue(count_account, pg::params(from.tenant, from.account, counts.octets, counts.messages));
        }
        tx.queue(add_copies, pg::params(from.tenant, to, lock.modseq, new_uids, emails, keywords, dates, sizes, system));
        tx.queue(count_mailbox, pg::params(from.tenant, to, lock.modseq, counts.messages, counts.unseen, counts.deleted, counts.octets,
                                           counts.messages, marks));
        queue_log(tx, from.owner(), lock.modseq, {part, to, Logged::added, uid_set(out.to), {}});
        queue_result(tx, from.tenant, operation, {lock.modseq, out.uid_validity, wide(out.from), new_uids, emails});
        return {};
    }
};

}  // namespace

Task<Result<Copied>> Writer::copy(MailboxRef from, UidSet uids, MailboxId to, Uuid operation, Deadline deadline, FlagScope kept) {
    Transfer body{from, std::move(uids), to, operation, Leave::copy, kept};
    co_return co_await settle(*pool_, from.tenant, deadline, Repeat::harmless, body);
}

Task<Result<Copied>> Writer::move(MailboxRef from, UidSet uids, MailboxId to, Uuid operation, Deadline deadline, FlagScope kept) {
    Transfer body{from, std::move(uids), to, operation, Leave::move, kept};
    co_return co_await settle(*pool_, from.tenant, deadline, Repeat::harmless, body);
}

}  // namespace sky::mailstore
