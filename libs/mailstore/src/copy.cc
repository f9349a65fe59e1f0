#include "copied_rows.h"
#include "keywords.h"
#include "outcome.h"
#include "settle.h"
#include "sky/mailstore/write.h"

namespace sky::mailstore {
namespace {

constexpr pg::Statement transfer_messages{
    "mailstore.transfer_messages",
    "select t.* from mail.transfer_messages($1::bigint, $2::bigint, $3::bigint, $4::bigint[], $5::bigint[], $6::bigint, $7::uuid, "
    "$8::boolean, $9::smallint, $10::boolean, $11::bigint) t"};

enum class Leave { copy, move };

struct Transfer {
    MailboxRef from;
    UidSet uids;
    MailboxId to;
    Uuid operation;
    Leave leave;
    FlagScope kept;

    pg::Transaction::Ticket queue(pg::Transaction& tx) const {
        const auto in = bounds(uids);
        return tx.queue(transfer_messages,
                        pg::params(from.tenant, from.account, from.mailbox, in.first, in.last, to, operation, leave == Leave::move,
                                   static_cast<std::int16_t>(kept.system), kept.keywords == FlagScope::Keywords::touched, from.reader));
    }

    static Outcome outcome_of(pg::Row row) { return static_cast<Outcome>(row.get<std::int16_t>(0)); }

    Copied copied(pg::Row row) const {
        Copied out{{from.account, row.get<ModSeq>(1)}, {}, row.get<UidValidity>(2), {}, {}};
        out.from = narrow(row.get<std::vector<std::int64_t>>(3));
        out.to = narrow(row.get<std::vector<std::int64_t>>(4));
        for (const auto email : row.get<std::vector<std::int64_t>>(5)) out.emails.emplace_back(email);
        return out;
    }
};

// One round trip, COMMIT included. None: the account's share of a pool is used up, and nothing was copied.
struct AtOnce : Transfer {
    using Value = std::optional<Copied>;
    static constexpr bool commits_itself = true;

    Task<Result<Value>> run(pg::Transaction& tx) {
        const auto ticket = queue(tx);
        SKY_FAILPOINT("mailstore.before_commit");
        tx.queue_commit();
        auto rows = co_await tx.take(ticket);
        if (!rows) co_return forward(rows);
        const auto row = (*rows)[0];
        const auto outcome = outcome_of(row);
        if (outcome == Outcome::share_used_up) co_return Value();
        if (outcome != Outcome::done) co_return refusal(outcome);
        co_return copied(row);
    }
};

// Draws from the pool what is missing; not for what an earlier run has copied.
struct WithRoom : Transfer {
    using Value = Copied;

    Task<Result<Copied>> run(pg::Transaction& tx) {
        auto rows = co_await tx.take(queue(tx));
        if (!rows) co_return forward(rows);
        if (outcome_of((*rows)[0]) == Outcome::share_used_up) {
            auto lock = co_await locked(tx, tx.queue(lock_account, pg::params(from.tenant, from.account)));
            if (!lock) co_return forward(lock);
            auto room = co_await make_room(tx, from.owner(), *lock, (*rows)[0].get<std::int64_t>(6));
            if (!room) co_return forward(room);
            rows = co_await tx.take(queue(tx));
            if (!rows) co_return forward(rows);
        }
        const auto row = (*rows)[0];
        if (outcome_of(row) != Outcome::done) co_return refusal(outcome_of(row));
        co_return copied(row);
    }
};

Task<Result<Copied>> attempt(pg::Pool& pool, const Transfer& what, Deadline deadline) {
    AtOnce once{what};
    auto done = co_await settle(pool, what.from.tenant, deadline, Repeat::harmless, once);
    if (!done) co_return forward(done);
    if (*done) co_return **std::move(done);
    WithRoom more{what};
    co_return co_await settle(pool, what.from.tenant, deadline, Repeat::harmless, more);
}

Task<Result<Copied>> transfer(pg::Pool& pool, Transfer what, Deadline deadline) {
    const MailboxRef to{what.from.tenant, what.from.account, what.to};
    co_return co_await with_room_for_keywords(pool, to, deadline, [&] { return attempt(pool, what, deadline); });
}

}  // namespace

Task<Result<Copied>> Writer::copy(MailboxRef from, UidSet uids, MailboxId to, Uuid operation, Deadline deadline, FlagScope kept) {
    co_return co_await transfer(*pool_, {from, std::move(uids), to, operation, Leave::copy, kept}, deadline);
}

Task<Result<Copied>> Writer::move(MailboxRef from, UidSet uids, MailboxId to, Uuid operation, Deadline deadline, FlagScope kept) {
    co_return co_await transfer(*pool_, {from, std::move(uids), to, operation, Leave::move, kept}, deadline);
}

}  // namespace sky::mailstore
