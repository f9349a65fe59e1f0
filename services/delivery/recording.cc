#include "delivery/recording.h"

#include <algorithm>
#include <map>

namespace sky::delivery {
namespace {

store::NewRecipient queue_row(const Submission& submission, std::int32_t position, const Schedule& schedule) {
    const auto& recipient = submission.envelope.recipients[static_cast<std::size_t>(position)];
    store::NewRecipient row;
    row.position = position;
    row.recipient = recipient.address;
    row.original = recipient.original;
    row.route = recipient.local() ? store::Route::local : store::Route::remote;
    row.target = recipient.tenant;
    row.account = recipient.account;
    row.expires_in = submission.envelope.sender.empty() ? schedule.bounce_life : schedule.life;
    return row;
}

// Why a local recipient waits; its row is changed to fit.
void explain(store::NewRecipient& row, const Error& error, const Schedule& schedule) {
    switch (error.fault) {
        case Fault::over_quota:
            row.last_reply = "452 4.2.2 the mailbox is full";
            row.due_in = schedule.first;
            break;
        case Fault::not_found:  // gone since smtp asked: where does the address lead now?
            row.route = store::Route::unresolved;
            row.last_reply = "450 4.2.1 the mailbox has moved";
            break;
        default:
            row.last_reply = "450 4.2.0 the mailbox is busy";
            break;
    }
}

}  // namespace

LocalPlan plan_local(const Submission& submission) {
    LocalPlan plan;
    plan.delivery.message = &submission.message;
    const auto& envelope = submission.envelope;
    std::vector<AccountId> seen;
    for (std::size_t i = 0; i < envelope.recipients.size(); ++i) {
        const auto& recipient = envelope.recipients[i];
        if (!recipient.local() || recipient.tenant != envelope.tenant || std::ranges::find(seen, recipient.account) != seen.end()) continue;
        seen.push_back(recipient.account);
        plan.positions.push_back(static_cast<std::int32_t>(i));
        plan.delivery.recipients.push_back({.account = recipient.account,
                                            .mailbox = std::nullopt,
                                            .prefix = recipient_prefix(envelope.sender, recipient.address),
                                            .internal_date = envelope.received_at});
    }
    return plan;
}

Recording record(const Submission& submission, const LocalPlan& plan, const std::vector<Result<mailstore::Placed>>& outcomes,
                 const Schedule& schedule) {
    Recording out;
    const auto& envelope = submission.envelope;
    std::map<std::pair<TenantId, AccountId>, std::string> first;  // account → the address that brought it
    for (std::size_t i = 0; i < envelope.recipients.size(); ++i) {
        const auto& recipient = envelope.recipients[i];
        const auto position = static_cast<std::int32_t>(i);
        store::LedgerRow row{.ingest = envelope.ingest, .position = position, .recipient = recipient.address, .account = recipient.account};
        const auto planned = std::ranges::find(plan.positions, position);
        const bool again = recipient.local() && !first.emplace(std::pair{recipient.tenant, recipient.account}, recipient.address).second;
        if (again) {
            row.outcome = "delivered";
            row.detail = "same mailbox as " + first.at({recipient.tenant, recipient.account});
        } else if (planned != plan.positions.end() && outcomes[static_cast<std::size_t>(planned - plan.positions.begin())]) {
            const auto& placed = *outcomes[static_cast<std::size_t>(planned - plan.positions.begin())];
            row.outcome = "delivered";
            row.mailbox = placed.mailbox;
            row.uid = placed.uid;
        } else {
            auto queued = queue_row(submission, position, schedule);
            if (planned != plan.positions.end())
                explain(queued, outcomes[static_cast<std::size_t>(planned - plan.positions.begin())].error(), schedule);
            row.outcome = "queued";
            row.detail = queued.last_reply;
            out.queue.push_back(std::move(queued));
        }
        out.ledger.push_back(std::move(row));
    }
    return out;
}

}  // namespace sky::delivery
