#include "delivery/writer.h"

#include <algorithm>

#include "delivery/recording.h"
#include "delivery/store/ingest.h"
#include "sky/failpoint/failpoint.h"
#include "sky/telemetry/log.h"

namespace sky::delivery {
namespace {

// Not inserted: a repetition of an unconfirmed one, or the very same id again.
Written known(const Submission& submission, const store::Heads& heads) {
    for (const auto& repeat : heads.repeats)
        if (repeat.fingerprint == submission.fingerprint) return {Written::Kind::repeated, repeat.ingest};
    return {Written::Kind::accepted, submission.envelope.ingest};
}

bool any_busy(const mailstore::Delivered& delivered) {
    return std::ranges::any_of(delivered.outcomes,
                               [](const auto& outcome) { return !outcome && outcome.error().fault == Fault::unavailable; });
}

}  // namespace

Task<Result<BatchOutcome>> Writer::write(TenantId tenant, std::span<const WriteItem> items, Deadline deadline) {
    for (;;) {
        bool in_doubt = false;
        auto outcome = co_await attempt(tenant, items, deadline, in_doubt);
        if (outcome || !in_doubt || passed(deadline)) co_return outcome;
        log::warning("delivery.commit.in_doubt", {{"tenant", tenant}, {"messages", items.size()}, {"reason", outcome.error().reason}});
        co_await sleep_for(std::chrono::milliseconds(100));
    }
}

Task<Result<BatchOutcome>> Writer::attempt(TenantId tenant, std::span<const WriteItem> items, Deadline deadline, bool& in_doubt) {
    auto tx = co_await pool_->begin(tenant, deadline);
    if (!tx) co_return forward(tx);
    SKY_FAILPOINT("deliver.before_insert");
    std::vector<const Submission*> submissions;
    for (const auto& item : items) submissions.push_back(item.submission);
    auto heads = co_await store::insert_heads(*tx, tenant, submissions);
    if (!heads) co_return forward(heads);

    BatchOutcome out;
    std::vector<std::size_t> fresh;
    std::vector<LocalPlan> plans;
    for (std::size_t i = 0; i < items.size(); ++i) {
        const auto& submission = *items[i].submission;
        if (std::ranges::find(heads->fresh, submission.envelope.ingest) == heads->fresh.end()) {
            out.items.push_back(known(submission, *heads));
            continue;
        }
        out.items.push_back({Written::Kind::accepted, submission.envelope.ingest});
        fresh.push_back(i);
        plans.push_back(plan_local(submission));
    }
    if (fresh.empty()) {
        out.committed = true;  // all of it was committed before
        co_return out;
    }

    std::vector<mailstore::Delivery> deliveries;
    for (const auto& plan : plans) deliveries.push_back(plan.delivery);
    auto delivered = co_await mailstore::deliver(*tx, tenant, *ids_, deliveries, mailstore::Busy::skip);
    if (!delivered) co_return forward(delivered);
    bool busy = false;
    for (std::size_t n = 0; n < fresh.size(); ++n) {
        if (items[fresh[n]].when_busy == WhenBusy::queue || !any_busy((*delivered)[n])) continue;
        out.items[fresh[n]].kind = Written::Kind::busy;
        busy = true;
    }
    if (busy) co_return out;

    if (auto reserved = co_await ids_->reserve(*tx, fresh.size()); !reserved) co_return forward(reserved);
    std::vector<store::LedgerRow> ledger;
    std::vector<store::NewMessage> messages;
    std::vector<store::NewRecipient> recipients;
    for (std::size_t n = 0; n < fresh.size(); ++n) {
        const auto& submission = *items[fresh[n]].submission;
        const auto& result = (*delivered)[n];
        auto recording = record(submission, plans[n], result.outcomes, schedule_);
        std::ranges::move(recording.ledger, std::back_inserter(ledger));
        for (const auto& outcome : result.outcomes) {
            const auto at = static_cast<std::size_t>(&outcome - result.outcomes.data());
            if (outcome) out.changed.push_back({plans[n].delivery.recipients[at].account, outcome->modseq});
        }
        if (recording.queue.empty()) continue;
        const QueueId id{ids_->next()};
        out.queued.push_back({tenant, id});
        messages.push_back({id, submission.envelope.ingest, result.blob, submission.envelope.sender, submission.message_id,
                            static_cast<std::int64_t>(submission.message.size)});
        for (auto& row : recording.queue) {
            row.message = id;
            recipients.push_back(std::move(row));
        }
    }
    store::insert_ledger(*tx, tenant, ledger);
    store::insert(*tx, tenant, messages, recipients);
    SKY_FAILPOINT("deliver.after_insert");
    SKY_FAILPOINT("deliver.before_commit");
    auto committed = co_await tx->commit();
    if (!committed) {
        in_doubt = tx->in_doubt();
        co_return forward(committed);
    }
    SKY_FAILPOINT("deliver.after_commit");
    out.committed = true;
    co_return out;
}

}  // namespace sky::delivery
