#include "delivery/queue/transfer.h"

#include <algorithm>
#include <memory>
#include <set>

#include "delivery/store/ingest.h"
#include "delivery/submission.h"
#include "sky/failpoint/failpoint.h"
#include "sky/telemetry/log.h"

namespace sky::delivery {
namespace {
using namespace std::chrono_literals;
constexpr int most_attempts = 6;
constexpr auto transaction_limit = 15s;

TransferOutcome outcome_of(const Error& error) {
    switch (error.fault) {
        case Fault::over_quota:
            return {later("452 4.2.2 the mailbox is full"), false};
        case Fault::not_found:
            return {later_for_us("450 4.2.1 the mailbox has moved"), true};
        case Fault::too_large:
            return {failed("552 5.3.4 the message is too large for the mailbox"), false};
        default:
            return {later_for_us("450 4.2.0 the mailbox is busy"), false};
    }
}

struct Placing {
    std::vector<TransferOutcome> outcomes;
    std::vector<mailstore::Changed> changed;
    bool busy = false;
};

// The targets that no earlier run delivered to.
Task<Result<Placing>> place(QueueContext& queue, pg::Transaction& tx, const store::Claimed& message,
                            const mailstore::PreparedMessage& prepared, const std::vector<LocalTarget>& targets, mailstore::Busy busy) {
    const auto tenant = targets.front().tenant;
    std::vector<store::Transfer> transfers;
    for (const auto& target : targets) {
        const auto& recipient = message.recipients[target.of];
        transfers.push_back({message.ingest, recipient.position, target.account, message.key.tenant, recipient.recipient});
    }
    auto fresh = co_await store::insert_transfers(tx, tenant, transfers);
    if (!fresh) co_return forward(fresh);

    mailstore::Delivery delivery{&prepared, {}};
    std::vector<std::size_t> wanted;
    for (std::size_t i = 0; i < targets.size(); ++i) {
        if (!(*fresh)[i]) continue;
        wanted.push_back(i);
        const auto& recipient = message.recipients[targets[i].of].recipient;
        const auto& original = message.recipients[targets[i].of].original;
        delivery.recipients.push_back(
            targets[i].folder == mailstore::Folder::sent
                ? sent_copy(targets[i].account, message.queued_at)
                : placing(targets[i].account, recipient_prefix(message.sender, recipient), message.queued_at, {recipient, original}));
    }
    Placing out{std::vector<TransferOutcome>(targets.size(), {delivered(), false}), {}, false};
    if (wanted.empty()) co_return out;
    auto done = co_await mailstore::deliver(tx, tenant, queue.rooms.ids, {&delivery, 1}, busy);
    if (!done) co_return forward(done);
    for (std::size_t n = 0; n < wanted.size(); ++n) {
        const auto i = wanted[n];
        const auto& placed = done->front().outcomes[n];
        if (placed) {
            store::place_transfer(tx, tenant, transfers[i], placed->mailbox, placed->uid);
            out.changed.push_back({targets[i].account, placed->modseq});
        } else {
            store::drop_transfer(tx, tenant, transfers[i]);
            out.outcomes[i] = outcome_of(placed.error());
            out.busy = out.busy || placed.error().fault == Fault::unavailable;
        }
    }
    co_return out;
}

// Mailboxes that only this transfer of the shard writes to, as long as it lives.
class Turn {
  public:
    static Task<Result<std::unique_ptr<Turn>>> take(QueueContext& queue, const std::vector<LocalTarget>& targets, Deadline deadline) {
        const auto taken = [&](const LocalTarget& target) { return queue.accounts.contains(target.account); };
        for (;;) {
            const auto seen = queue.account_free.count();
            if (std::ranges::none_of(targets, taken)) break;
            if (!co_await queue.account_free.wait_past(seen, deadline))
                co_return unexpected(Fault::timeout, {}, "waited too long for other mail of the same mailbox");
        }
        co_return std::unique_ptr<Turn>(new Turn(queue, targets));
    }
    ~Turn() {
        for (const auto account : accounts_) queue_.accounts.erase(account);
        queue_.account_free.notify_all();
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

  private:
    Turn(QueueContext& queue, const std::vector<LocalTarget>& targets) : queue_(queue) {
        for (const auto& target : targets) accounts_.insert(target.account);
        queue_.accounts.insert(accounts_.begin(), accounts_.end());
    }
    QueueContext& queue_;
    std::set<AccountId> accounts_;
};

Task<Result<Placing>> attempt(QueueContext& queue, const store::Claimed& message, const mailstore::PreparedMessage& prepared,
                              const std::vector<LocalTarget>& targets, mailstore::Busy busy) {
    auto turn = co_await Turn::take(queue, targets, after(transaction_limit));
    if (!turn) co_return forward(turn);
    auto permit = co_await queue.transactions.acquire(after(transaction_limit));
    if (!permit) co_return forward(permit);
    auto tx = co_await queue.rooms.pool.begin(targets.front().tenant, after(transaction_limit));
    if (!tx) co_return forward(tx);
    SKY_FAILPOINT("queue.transfer.before_insert");
    auto placing = co_await place(queue, *tx, message, prepared, targets, busy);
    if (!placing) co_return placing;
    SKY_FAILPOINT("queue.transfer.before_commit");
    if (auto committed = co_await tx->commit(); !committed) co_return forward(committed);
    SKY_FAILPOINT("queue.transfer.after_commit");
    for (const auto& change : placing->changed) queue.rooms.announce(change);
    co_return placing;
}

}  // namespace

Task<std::vector<TransferOutcome>> transfer(QueueContext& queue, const store::Claimed& message, const mailstore::PreparedMessage& prepared,
                                            const std::vector<LocalTarget>& targets) {
    // Held accounts are stepped around while there is patience, so that a hot mailbox doesn't hold our few transactions; the last attempt
    // waits its turn. What could not be settled (a COMMIT in doubt among it) is simply run again.
    std::string reason;
    for (int number = 1; number <= most_attempts; ++number) {
        const bool last = number == most_attempts;
        auto placing = co_await attempt(queue, message, prepared, targets, last ? mailstore::Busy::wait : mailstore::Busy::skip);
        if (placing && (!placing->busy || last)) co_return std::move(placing->outcomes);
        if (!placing) {
            reason = placing.error().reason;
            const auto fault = placing.error().fault;
            const bool passing = fault == Fault::unavailable || fault == Fault::timeout || pg::is_worth_retrying(placing.error());
            if (!passing) break;
        }
        co_await sleep_for(10ms * (1 << number));
    }
    log::warning("delivery.transfer.failed", {{"tenant", targets.front().tenant}, {"ingest", message.ingest.text()}, {"reason", reason}});
    co_return std::vector<TransferOutcome>(targets.size(), {later_for_us("451 4.3.0 the mail store can't take it now"), false});
}

}  // namespace sky::delivery
