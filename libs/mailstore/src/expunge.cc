#include <algorithm>
#include <limits>

#include "removal.h"
#include "settle.h"
#include "sky/mailstore/write.h"

namespace sky::mailstore {
namespace {

constexpr pg::Statement remove_messages{"mailstore.remove_messages",
                                        "select unnest(mail.remove_messages($1::bigint, $2::bigint, $3::bigint, $4::bigint[], "
                                        "$5::bigint[], $6::bigint, $7::boolean))"};

constexpr std::int64_t slice_size = 1000;

struct Slice {
    using Value = bool;  // is there more?
    static constexpr bool commits_itself = true;
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
        SKY_FAILPOINT("mailstore.before_commit");
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
    return tx.queue(remove_messages,
                    pg::params(mailbox.tenant, mailbox.account, mailbox.mailbox, in.first, in.last, limit, removes == Removes::marked));
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
