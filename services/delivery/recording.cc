#include "delivery/recording.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace sky::delivery {
namespace {

store::Route route_of(const Recipient& recipient) {
    if (recipient.kind == Recipient::Kind::moderated) return store::Route::moderation;
    if (recipient.kind == Recipient::Kind::decision) return store::Route::decision;
    return recipient.local() ? store::Route::local : store::Route::remote;
}

store::NewRecipient queue_row(const Submission& submission, std::int32_t position, const Schedule& schedule) {
    const auto& recipient = submission.envelope.recipients[static_cast<std::size_t>(position)];
    store::NewRecipient row;
    row.position = position;
    row.recipient = recipient.address;
    row.original = recipient.original;
    row.route = route_of(recipient);
    row.target = recipient.tenant;
    row.account = recipient.account;
    row.expires_in = submission.envelope.sender.empty() ? schedule.bounce_life : schedule.life;
    if (row.route == store::Route::moderation) row.expires_in = schedule.held_life;
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

// A copy never hurts the mail: where there is no place for it now it waits, where there is none at all it is left out.
void record_copies(const Submission& submission, const LocalPlan& plan, const std::vector<Result<mailstore::Placed>>& outcomes,
                   const Schedule& schedule, Recording& out) {
    const auto& envelope = submission.envelope;
    const auto first = plan.positions.size() - envelope.sent_copies.size();
    for (std::size_t i = 0; i < envelope.sent_copies.size(); ++i) {
        const auto& copy = envelope.sent_copies[i];
        const auto& outcome = outcomes[first + i];
        store::LedgerRow row{.ingest = envelope.ingest,
                             .position = plan.positions[first + i],
                             .recipient = copy.address,
                             .account = copy.account,
                             .outcome = "delivered",
                             .detail = "copy for sent mail"};
        if (outcome) {
            row.mailbox = outcome->mailbox;
            row.uid = outcome->uid;
        } else if (outcome.error().fault == Fault::not_found) {
            row.outcome = "discarded";
            row.detail = "no folder for sent mail";
        } else {
            store::NewRecipient queued;
            queued.position = row.position;
            queued.recipient = copy.address;
            queued.route = store::Route::sent;
            queued.target = envelope.tenant;
            queued.account = copy.account;
            queued.expires_in = schedule.life;
            explain(queued, outcome.error(), schedule);
            row.outcome = "queued";
            out.queue.push_back(std::move(queued));
        }
        out.ledger.push_back(std::move(row));
    }
}

}  // namespace

LocalPlan plan_local(const Submission& submission) {
    LocalPlan plan;
    plan.delivery.message = &submission.message;
    const auto& envelope = submission.envelope;
    std::set<std::pair<AccountId, std::string>> seen;
    for (std::size_t i = 0; i < envelope.recipients.size(); ++i) {
        const auto& recipient = envelope.recipients[i];
        if (!recipient.local() || recipient.tenant != envelope.tenant || !seen.emplace(recipient.account, recipient.place()).second)
            continue;
        plan.positions.push_back(static_cast<std::int32_t>(i));
        std::vector<std::string> written_to;
        if (recipient.kind == Recipient::Kind::public_folder) written_to = {recipient.address, recipient.original};
        plan.delivery.recipients.push_back(
            placing(recipient.account, recipient_prefix(envelope.sender, recipient.address), envelope.received_at, written_to));
    }
    // Behind the recipients: copies of what is sent in somebody's name.
    for (std::size_t i = 0; i < envelope.sent_copies.size(); ++i) {
        plan.positions.push_back(static_cast<std::int32_t>(envelope.recipients.size() + i));
        plan.delivery.recipients.push_back(sent_copy(envelope.sent_copies[i].account, envelope.received_at));
    }
    return plan;
}

Recording record(const Submission& submission, const LocalPlan& plan, const std::vector<Result<mailstore::Placed>>& outcomes,
                 const Schedule& schedule) {
    Recording out;
    const auto& envelope = submission.envelope;
    std::map<std::tuple<TenantId, AccountId, std::string>, std::string> first;  // account (and folder) → the address that brought it
    for (std::size_t i = 0; i < envelope.recipients.size(); ++i) {
        const auto& recipient = envelope.recipients[i];
        const auto position = static_cast<std::int32_t>(i);
        store::LedgerRow row{.ingest = envelope.ingest, .position = position, .recipient = recipient.address, .account = recipient.account};
        const auto planned = std::ranges::find(plan.positions, position);
        const std::tuple place{recipient.tenant, recipient.account, recipient.place()};
        const bool again = recipient.local() && !first.emplace(place, recipient.address).second;
        if (again) {
            row.outcome = "delivered";
            row.detail = "same mailbox as " + first.at(place);
        } else if (planned != plan.positions.end() && outcomes[static_cast<std::size_t>(planned - plan.positions.begin())]) {
            const auto& placed = *outcomes[static_cast<std::size_t>(planned - plan.positions.begin())];
            row.outcome = "delivered";
            row.mailbox = placed.mailbox;
            row.uid = placed.uid;
        } else {
            auto queued = queue_row(submission, position, schedule);
            if (planned != plan.positions.end())
                explain(queued, outcomes[static_cast<std::size_t>(planned - plan.positions.begin())].error(), schedule);
            row.outcome = queued.route == store::Route::moderation ? "held" : "queued";
            row.detail = queued.last_reply;
            out.queue.push_back(std::move(queued));
        }
        out.ledger.push_back(std::move(row));
    }
    record_copies(submission, plan, outcomes, schedule, out);
    return out;
}

}  // namespace sky::delivery
