#include <algorithm>

#include "keywords.h"
#include "operation.h"
#include "putting.h"
#include "removal.h"
#include "settle.h"

namespace sky::mailstore {
namespace {

constexpr pg::Statement modseq_now{"mailstore.replace_modseq", "select modseq from mail.account where tenant_id = $1 and account_id = $2"};

struct Replacement {
    using Value = Replaced;
    MailboxRef from;
    Uid old;
    MailboxRef to;
    const std::vector<Append>& message;  // one
    Uuid operation;
    Time now;
    ObjectIds& ids;

    // The old message goes first: what it took of the quota is there for the new one. Nobody sees one without the other.
    Task<Result<Replaced>> run(pg::Transaction& tx) {
        auto before = co_await claim(tx, from.tenant, operation);
        if (!before) co_return forward(before);
        if (*before) co_return co_await repeated(tx, **before);
        // Accounts by id, as everybody does. Putting the message takes the target's again, which raises its MODSEQ once more.
        std::vector<pg::Transaction::Ticket> tickets;
        tickets.push_back(tx.queue(lock_account, pg::params(from.tenant, std::min(from.account, to.account))));
        if (is_across()) tickets.push_back(tx.queue(lock_account, pg::params(from.tenant, std::max(from.account, to.account))));
        const auto removal = queue_removal(tx, from, {{old.value, old.value}}, Removes::all, 1);
        for (const auto& ticket : tickets)
            if (auto lock = co_await locked(tx, ticket); !lock) co_return forward(lock);
        auto gone = co_await tx.take(removal);
        if (!gone) co_return forward(gone);
        if (gone->empty()) co_return Replaced{{to.account, ModSeq{}}, {}, {from.account, ModSeq{}}};
        auto placed = co_await put_messages(tx, to, message, now, ids);
        if (!placed) co_return forward(placed);
        const Placed& one = placed->front();
        queue_result(tx, from.tenant, operation, {one.modseq, one.uid_validity, {old.value}, {one.uid.value}, {one.email.value}});
        Replaced out{{to.account, one.modseq}, one, {from.account, one.modseq}};
        if (is_across())
            if (auto source = co_await note_source(tx, out); !source) co_return forward(source);
        co_return out;
    }

  private:
    bool is_across() const { return to.account != from.account; }

    // The account that the old message left has a MODSEQ of its own.
    Task<Result<void>> note_source(pg::Transaction& tx, Replaced& out) const {
        auto rows = co_await tx.query(modseq_now, pg::params(from.tenant, from.account));
        if (!rows) co_return forward(rows);
        if (!rows->empty()) out.source.modseq = (*rows)[0].get<ModSeq>(0);
        co_return Result<void>{};
    }

    // Its readers are told again.
    Task<Result<Replaced>> repeated(pg::Transaction& tx, const OperationResult& before) const {
        Replaced out{{to.account, before.modseq}, {}, {from.account, before.modseq}};
        if (!before.uids.empty() && !before.emails.empty())
            out.placed = Placed{to.mailbox, before.uid_validity, Uid{static_cast<std::uint32_t>(before.uids[0])}, before.modseq,
                                EmailId{before.emails[0]}};
        if (is_across())
            if (auto source = co_await note_source(tx, out); !source) co_return forward(source);
        co_return out;
    }
};

}  // namespace

Task<Result<Replaced>> Writer::replace(MailboxRef from, Uid old, MailboxRef to, Append message, Uuid operation, Deadline deadline) {
    if (auto valid = check_keywords(message.keywords); !valid) co_return forward(valid);
    std::vector<Append> one;
    one.push_back(std::move(message));
    Replacement body{from, old, to, one, operation, clock_->now(), ids_};
    const auto attempt = [&] { return settle(*pool_, from.tenant, deadline, Repeat::harmless, body); };
    co_return co_await with_room_for_keywords(*pool_, to, deadline, attempt);
}

}  // namespace sky::mailstore
