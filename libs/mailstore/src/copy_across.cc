// COPY and MOVE from one account of a tenant to another: what is copied becomes emails of the other account, of the same blobs.
#include <algorithm>
#include <cstring>
#include <limits>

#include "copied_rows.h"
#include "deliver_heads.h"
#include "keywords.h"
#include "operation.h"
#include "readers.h"
#include "settle.h"
#include "sky/mailstore/write.h"

namespace sky::mailstore {
namespace {

constexpr pg::Statement target_of{
    "mailstore.across_target",
    "select uid_validity, uid_next from mail.mailbox where tenant_id = $1 and mailbox_id = $2 and account_id = $3 and selectable"};
// "offset 0" keeps the planner on the ranges of the index; see store_flags.cc.
#define SKY_ACROSS_SOURCES(have_been_seen)                                                                                              \
    "select p.uid, p.email_id, p.system, p.keywords, p.modseq, p.internal_date, p.size, null::timestamptz, e.thread_id, s.message_id, " \
    "s.base_subject, " have_been_seen                                                                                                   \
    " from unnest($3::bigint[], $4::bigint[]) u (first, last) "                                                                         \
    "cross join lateral (select p.* from mail.placement p where p.tenant_id = $1 and p.mailbox_id = $2 and p.uid between u.first and "  \
    "u.last "                                                                                                                           \
    "offset 0) p join mail.email e on e.tenant_id = $1 and e.email_id = p.email_id "                                                    \
    "join mail.summary s on s.tenant_id = $1 and s.blob_id = e.blob_id "                                                                \
    "where exists (select from mail.mailbox b where b.tenant_id = $1 and b.mailbox_id = $2 and b.account_id = $5) order by p.uid"
constexpr pg::Statement sources{"mailstore.across_sources", SKY_ACROSS_SOURCES("p.system & 8 <> 0")};
constexpr pg::Statement readers_sources{"mailstore.readers_across_sources",
                                        "with " SKY_READER("$6") " " SKY_ACROSS_SOURCES("(select r.uids from r) @> p.uid")};
constexpr pg::Statement known_threads{
    "mailstore.across_threads",
    "select ref, thread_id from mail.thread_ref where tenant_id = $1 and account_id = $2 and ref = any ($3::bigint[])"};
constexpr pg::Statement add_threads{"mailstore.across_add_threads",
                                    "insert into mail.thread_ref (tenant_id, account_id, ref, thread_id) select $1, $2, u.* from "
                                    "unnest($3::bigint[], $4::bigint[]) u on conflict do nothing"};
constexpr pg::Statement add_emails{
    "mailstore.across_add_emails",
    "insert into mail.email (tenant_id, email_id, account_id, thread_id, blob_id, received_at, prefix, sort_from, sort_to, sort_cc, "
    "display_from, display_to, sort_subject, is_reply, sent_at, sent_offset, message_ref, parent_refs) "
    "select $1, u.id, $2, u.thread, e.blob_id, e.received_at, e.prefix, e.sort_from, e.sort_to, e.sort_cc, e.display_from, e.display_to, "
    "e.sort_subject, e.is_reply, e.sent_at, e.sent_offset, e.message_ref, e.parent_refs "
    "from unnest($3::bigint[], $4::bigint[], $5::bigint[]) u (id, thread, source) "
    "join mail.email e on e.tenant_id = $1 and e.email_id = u.source"};
// Placements, and the emails that are in no other mailbox and among nothing that can be restored.
constexpr pg::Statement drop_sources{
    "mailstore.across_drop_sources",
    "with gone as (select d.uid, d.email_id from mail.delete_uids($1, $2, $3) d), "
    "kept as (select mail.restorable($1, array(select email_id from gone)) as emails), "
    "lost as (delete from mail.email e using (select distinct email_id from gone) g, kept k where e.tenant_id = $1 "
    "and e.email_id = g.email_id and e.email_id <> all (k.emails) "
    "and not exists (select from mail.placement o where o.tenant_id = $1 and o.email_id = e.email_id "
    "and not (o.mailbox_id = $2 and o.uid = any ($3))) returning e.email_id) "
    "select coalesce(array_agg(email_id), '{}') from lost"};
constexpr pg::Statement modseq_now{"mailstore.across_modseq", "select modseq from mail.account where tenant_id = $1 and account_id = $2"};

enum class Leave { copy, move };

struct Source {
    Placement placement;
    ThreadId thread;
    bool has_been_seen = false;  // by who copies it
    std::int64_t ref = 0;        // hash of its message id; 0: it has none
};

struct Across {
    using Value = Copied;
    MailboxRef from;
    UidSet uids;
    MailboxRef to;
    Uuid operation;
    Leave leave;
    FlagScope kept;
    ObjectIds& ids;

    Task<Result<Copied>> run(pg::Transaction& tx) {
        auto before = co_await claim(tx, from.tenant, operation);
        if (!before) co_return forward(before);
        if (*before) co_return co_await repeated(tx, **before);
        LockedAccount own, other;
        if (auto taken = co_await lock_both(tx, own, other); !taken) co_return forward(taken);
        const auto in = bounds(uids);
        const auto head = tx.queue(target_of, pg::params(to.tenant, to.mailbox, to.account));
        const auto source_names = queue_keywords(tx, from, {});
        auto which = pg::params(from.tenant, from.mailbox, in.first, in.last, from.account);
        if (from.has_reader()) which.add(from.reader);
        const auto messages = tx.queue(from.has_reader() ? readers_sources : sources, which);
        auto box = co_await tx.take(head);
        if (!box) co_return forward(box);
        if (box->empty()) co_return unexpected(Fault::not_found, "No such mailbox");
        auto names = co_await take_keywords(tx, source_names);
        if (!names) co_return forward(names);
        auto rows = co_await tx.take(messages);
        if (!rows) co_return forward(rows);

        Copied out{{to.account, ModSeq{}}, {}, (*box)[0].get<UidValidity>(0), {}, {}, {from.account, ModSeq{}}};
        if (rows->empty()) co_return out;
        std::vector<Source> found = sources_of(*rows);
        Counts gone;
        for (Source& one : found) {
            gone.add(one.placement);
            std::uint16_t& system = one.placement.flags.system;
            one.has_been_seen = one.has_been_seen && (kept.system & seen) != 0;
            system = static_cast<std::uint16_t>(system & kept.system & ~seen);
            if (one.has_been_seen && !to.has_reader()) system |= seen;
        }
        if (auto named = co_await translate(tx, *names, found); !named) co_return forward(named);
        if (auto room = co_await make_room(tx, to.owner(), other, gone.octets); !room) co_return forward(room);
        if (auto written = co_await write(tx, other, found, (*box)[0].get<std::int64_t>(1), out); !written) co_return forward(written);
        if (leave == Leave::move)
            if (auto removed = co_await remove(tx, own, gone, out); !removed) co_return forward(removed);
        co_return out;
    }

  private:
    // The repeated one must tell the source's readers too.
    Task<Result<Copied>> repeated(pg::Transaction& tx, const OperationResult& before) const {
        Copied out{{to.account, before.modseq}, {}, before.uid_validity, narrow(before.source_uids), narrow(before.uids),
                   {from.account, ModSeq{}}};
        for (const auto email : before.emails) out.emails.emplace_back(email);
        if (leave == Leave::copy) co_return out;
        auto rows = co_await tx.query(modseq_now, pg::params(from.tenant, from.account));
        if (!rows) co_return forward(rows);
        if (!rows->empty()) out.source.modseq = (*rows)[0].get<ModSeq>(0);
        co_return out;
    }

    // Accounts by id, as everybody does.
    Task<Result<void>> lock_both(pg::Transaction& tx, LockedAccount& own, LockedAccount& other) const {
        const bool own_first = from.account < to.account;
        const auto first = tx.queue(lock_account, pg::params(from.tenant, own_first ? from.account : to.account));
        const auto second = tx.queue(lock_account, pg::params(from.tenant, own_first ? to.account : from.account));
        auto one = co_await locked(tx, first);
        if (!one) co_return forward(one);
        auto two = co_await locked(tx, second);
        if (!two) co_return forward(two);
        own = own_first ? *one : *two;
        other = own_first ? *two : *one;
        co_return Result<void>{};
    }

    static std::vector<Source> sources_of(const pg::Rows& rows) {
        std::vector<Source> out;
        for (const auto row : rows) {
            Source one{placement_of(row), row.get<ThreadId>(8), row.get<bool>(11)};
            mime::Summary said;
            said.message_id = row.get<std::string>(9);
            said.base_subject = row.get<std::string>(10);
            if (const auto hashes = thread_hashes(said); !hashes.empty()) one.ref = hashes.front();
            out.push_back(one);
        }
        return out;
    }

    // Keywords are numbered by mailbox: the same names get the target's bits.
    Task<Result<void>> translate(pg::Transaction& tx, const std::vector<std::string>& names, std::vector<Source>& found) const {
        std::uint64_t used = 0;
        for (Source& one : found) {
            if (kept.keywords == FlagScope::Keywords::left) one.placement.flags.keywords = 0;
            used |= one.placement.flags.keywords;
        }
        if (used == 0) co_return Result<void>{};
        auto known = co_await take_keywords(tx, queue_keywords(tx, to, keyword_names(names, used)));
        if (!known) co_return forward(known);
        for (Source& one : found)
            if (auto& bits = one.placement.flags.keywords; bits != 0) bits = keyword_bits(*known, keyword_names(names, bits));
        co_return Result<void>{};
    }

    // The threads of the new emails: that of a message id that is known there, else a new one for each of the source's.
    Task<Result<std::vector<std::int64_t>>> threads_of(pg::Transaction& tx, const std::vector<Source>& found,
                                                       const std::vector<std::int64_t>& emails) const {
        std::vector<std::int64_t> refs;
        for (const Source& one : found)
            if (one.ref != 0) refs.push_back(one.ref);
        auto rows = co_await tx.query(known_threads, pg::params(to.tenant, to.account, refs));
        if (!rows) co_return forward(rows);
        std::map<std::int64_t, std::int64_t> by_ref;
        for (const auto row : *rows) by_ref[row.get<std::int64_t>(0)] = row.get<std::int64_t>(1);
        std::map<ThreadId, std::int64_t> by_thread;
        for (const Source& one : found)
            if (const auto known = by_ref.find(one.ref); known != by_ref.end()) by_thread.try_emplace(one.thread, known->second);
        std::vector<std::int64_t> out, new_refs, new_threads;
        for (std::size_t i = 0; i < found.size(); ++i) {
            out.push_back(by_thread.try_emplace(found[i].thread, emails[i]).first->second);
            if (found[i].ref == 0 || !by_ref.try_emplace(found[i].ref, out.back()).second) continue;
            new_refs.push_back(found[i].ref);
            new_threads.push_back(out.back());
        }
        if (!new_refs.empty()) tx.queue(add_threads, pg::params(to.tenant, to.account, new_refs, new_threads));
        co_return out;
    }

    Task<Result<void>> write(pg::Transaction& tx, const LockedAccount& lock, const std::vector<Source>& found, std::int64_t uid_next,
                             Copied& out) const {
        if (uid_next + std::ssize(found) > std::numeric_limits<std::uint32_t>::max())
            co_return unexpected(Fault::limit, "The mailbox has no UIDs left");
        if (auto reserved = co_await ids.reserve(tx, found.size()); !reserved) co_return forward(reserved);
        CopiedRows copies(uid_next);
        std::vector<std::int64_t> old_emails, have_been_seen;
        for (const Source& one : found) {
            const EmailId email{ids.next()};
            out.from.push_back(one.placement.uid.value);
            out.emails.push_back(email);
            old_emails.push_back(one.placement.email.value);
            copies.add(one.placement, email.value, static_cast<std::int64_t>(one.placement.flags.keywords));
            if (one.has_been_seen) have_been_seen.push_back(copies.uids().back());
        }
        out.to = narrow(copies.uids());
        out.changed.modseq = lock.modseq;
        auto threads = co_await threads_of(tx, found, copies.emails());
        if (!threads) co_return forward(threads);
        tx.queue(add_emails, pg::params(to.tenant, to.account, copies.emails(), *threads, old_emails));
        copies.queue(tx, to, lock.modseq);
        if (to.has_reader()) queue_seen(tx, to, have_been_seen, lock.modseq);
        queue_used(tx, to.owner(), copies.counts());
        queue_result(tx, to.tenant, operation, {lock.modseq, out.uid_validity, wide(out.from), copies.uids(), copies.emails()});
        co_return Result<void>{};
    }

    Task<Result<void>> remove(pg::Transaction& tx, const LockedAccount& lock, const Counts& gone, Copied& out) const {
        auto lost = co_await tx.query(drop_sources, pg::params(from.tenant, from.mailbox, wide(out.from)));
        if (!lost) co_return forward(lost);
        queue_left(tx, from, lock.modseq, gone);
        queue_used(tx, from.owner(), -gone);
        queue_log(tx, from.owner(), lock.modseq,
                  {0, from.mailbox, Logged::expunged, uid_set(out.from), (*lost)[0].get<std::vector<std::int64_t>>(0)});
        out.source.modseq = lock.modseq;
        co_return Result<void>{};
    }
};

}  // namespace

Task<Result<Copied>> Writer::copy_across(MailboxRef from, UidSet uids, MailboxRef to, Uuid operation, Deadline deadline, FlagScope kept) {
    Across body{from, std::move(uids), to, operation, Leave::copy, kept, ids_};
    const auto attempt = [&] { return settle(*pool_, from.tenant, deadline, Repeat::harmless, body); };
    co_return co_await with_room_for_keywords(*pool_, to, deadline, attempt);
}

Task<Result<Copied>> Writer::move_across(MailboxRef from, UidSet uids, MailboxRef to, Uuid operation, Deadline deadline, FlagScope kept) {
    Across body{from, std::move(uids), to, operation, Leave::move, kept, ids_};
    const auto attempt = [&] { return settle(*pool_, from.tenant, deadline, Repeat::harmless, body); };
    co_return co_await with_room_for_keywords(*pool_, to, deadline, attempt);
}

}  // namespace sky::mailstore
