#include <algorithm>
#include <limits>

#include "copied_rows.h"
#include "keywords.h"
#include "operation.h"
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
constexpr pg::Statement drop_sources{"mailstore.drop_sources", "select from mail.delete_uids($1::bigint, $2::bigint, $3::bigint[])"};

enum class Leave { copy, move };

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
        if (leave == Leave::copy)
            if (auto room = co_await make_room(tx, from.owner(), *lock, octets_of(*rows)); !room) co_return forward(room);
        auto written = write(tx, *lock, *rows, *translated, (*box)[0].get<std::int64_t>(1), out);
        if (!written) co_return forward(written);
        co_return out;
    }

  private:
    static std::int64_t octets_of(const pg::Rows& rows) {
        std::int64_t out = 0;
        for (const auto row : rows) out += placement_of(row).size;
        return out;
    }

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

    Result<void> write(pg::Transaction& tx, const LockedAccount& lock, const pg::Rows& rows, const std::vector<std::int64_t>& keywords,
                       std::int64_t uid_next, Copied& out) const {
        CopiedRows copies(uid_next);
        Counts gone;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            auto placement = placement_of(rows[i]);
            gone.add(placement);
            placement.flags.system &= kept.system;
            out.from.push_back(placement.uid.value);
            out.emails.push_back(placement.email);
            copies.add(placement, placement.email.value, keywords[i]);
        }
        if (copies.uids().back() >= std::numeric_limits<std::uint32_t>::max())
            return unexpected(Fault::limit, "The mailbox has no UIDs left");
        out.to = narrow(copies.uids());
        out.changed.modseq = lock.modseq;

        std::int16_t part = 0;
        if (leave == Leave::move) {
            tx.queue(drop_sources, pg::params(from.tenant, from.mailbox, wide(out.from)));
            queue_left(tx, from, lock.modseq, gone);
            queue_log(tx, from.owner(), lock.modseq, {part++, from.mailbox, Logged::expunged, uid_set(out.from), {}});
        } else {
            queue_used(tx, from.owner(), copies.counts());
        }
        copies.queue(tx, target(), lock.modseq, part);
        queue_result(tx, from.tenant, operation, {lock.modseq, out.uid_validity, wide(out.from), copies.uids(), copies.emails()});
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
