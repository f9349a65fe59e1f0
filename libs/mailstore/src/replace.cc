#include "keywords.h"
#include "operation.h"
#include "putting.h"
#include "removal.h"
#include "settle.h"

namespace sky::mailstore {
namespace {

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
        if (*before) co_return repeated(**before);
        const auto ticket = tx.queue(lock_account, pg::params(from.tenant, from.account));
        const auto removal = queue_removal(tx, from, {{old.value, old.value}}, Removes::all, 1);
        auto lock = co_await locked(tx, ticket);
        if (!lock) co_return forward(lock);
        auto gone = co_await tx.take(removal);
        if (!gone) co_return forward(gone);
        if (gone->empty()) co_return Replaced{{from.account, ModSeq{}}, {}};
        auto placed = co_await put_messages(tx, to, message, now, ids);
        if (!placed) co_return forward(placed);
        const Placed& one = placed->front();
        queue_result(tx, from.tenant, operation, {one.modseq, one.uid_validity, {old.value}, {one.uid.value}, {one.email.value}});
        co_return Replaced{{from.account, one.modseq}, one};
    }

  private:
    Replaced repeated(const OperationResult& before) const {
        Replaced out{{from.account, before.modseq}, {}};
        if (!before.uids.empty() && !before.emails.empty())
            out.placed = Placed{to.mailbox, before.uid_validity, Uid{static_cast<std::uint32_t>(before.uids[0])}, before.modseq,
                                EmailId{before.emails[0]}};
        return out;
    }
};

}  // namespace

Task<Result<Replaced>> Writer::replace(MailboxRef from, Uid old, MailboxRef to, Append message, Uuid operation, Deadline deadline) {
    if (auto valid = check_keywords(message.keywords); !valid) co_return forward(valid);
    if (to.account != from.account) co_return unexpected(Fault::not_found, "No such mailbox");
    std::vector<Append> one;
    one.push_back(std::move(message));
    Replacement body{from, old, to, one, operation, clock_->now(), ids_};
    co_return co_await settle(*pool_, from.tenant, deadline, Repeat::harmless, body);
}

}  // namespace sky::mailstore
