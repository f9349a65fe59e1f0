#include "delivery/queue/ending.h"

#include <algorithm>

#include "delivery/metrics.h"
#include "delivery/queue/letter.h"
#include "delivery/queue/report.h"
#include "delivery/store/ingest.h"
#include "delivery/store/moderation.h"
#include "sky/failpoint/failpoint.h"
#include "sky/telemetry/log.h"

namespace sky::delivery {
namespace {
using namespace std::chrono_literals;
constexpr auto transaction_limit = 15s;
constexpr int most_conflicts = 5;

struct Written {
    Ended ended;
    std::vector<std::int32_t> mine;  // positions that were still ours
};

bool is_mine(const Written& written, const store::Fence& fence) {
    return std::ranges::find(written.mine, fence.position) != written.mine.end();
}

// Takes the rows out of our hands, as far as they are still in them.
Task<Result<void>> let_go(QueueContext& queue, pg::Transaction& tx, const store::Claimed& message, const Decision& decision,
                          Written& written) {
    std::vector<store::Fence> fences;
    for (const auto& ending : decision.ended) fences.push_back(ending.fence);
    store::lock_message(tx, message.key);
    const auto removed = store::remove_ended(tx, message.key, queue.worker, fences);
    const auto returned = store::put_back(tx, message.key, queue.worker, decision.later);
    for (const auto ticket : {removed, returned}) {
        auto rows = co_await tx.take(ticket);
        if (!rows) co_return forward(rows);
        std::ranges::copy(store::positions_of(*rows), std::back_inserter(written.mine));
    }
    co_return Result<void>{};
}

std::vector<store::LedgerRow> ledger_rows(const store::Claimed& message, const Decision& decision, const Written& written) {
    std::vector<store::LedgerRow> out;
    const auto add = [&](const store::Fence& fence, const std::string& outcome, const std::string& detail) {
        if (!is_mine(written, fence)) return;
        store::LedgerRow row;
        row.ingest = message.ingest;
        row.position = fence.position;
        row.outcome = outcome;
        row.detail = detail;
        out.push_back(std::move(row));
    };
    for (const auto& ending : decision.ended) add(ending.fence, ending.outcome, ending.detail);
    for (const auto& later : decision.later)
        if (later.into == store::Later::Into::quarantined) add(later.fence, "quarantined", later.last_reply);
    return out;
}

Task<Result<Written>> attempt(QueueContext& queue, const store::Claimed& message, const Decision& decision, const ReportGround& ground,
                              bool& in_doubt) {
    auto permit = co_await queue.transactions.acquire(after(transaction_limit));
    if (!permit) co_return forward(permit);
    auto tx = co_await queue.rooms.pool.begin(message.key.tenant, after(transaction_limit));
    if (!tx) co_return forward(tx);
    Written written;
    if (auto done = co_await let_go(queue, *tx, message, decision, written); !done) co_return forward(done);
    if (const auto rows = ledger_rows(message, decision, written); !rows.empty()) store::end_ledger(*tx, message.key.tenant, rows);

    std::vector<FailedRecipient> failed;
    for (const auto& ending : decision.ended)
        if (ending.reported && is_mine(written, ending.fence)) failed.push_back(ending.failure);
    if (!failed.empty()) {
        SKY_FAILPOINT("queue.report");
        auto report = co_await queue_report(queue, *tx, message, ground, std::move(failed));
        if (!report) co_return forward(report);
        written.ended.letters.push_back(*report);
    }
    for (const auto& sending : decision.letters) {
        if (!is_mine(written, sending.fence)) continue;
        SKY_FAILPOINT("queue.letter");
        if (!sending.token_digest.empty())
            store::insert_hold(*tx, message.key.tenant, message.ingest, sending.fence.position, sending.group, sending.token_digest);
        if (sending.letter->rows.empty()) continue;
        auto queued = co_await queue_letter(queue, *tx, *sending.letter);
        if (!queued) co_return forward(queued);
        written.ended.letters.push_back(*queued);
    }
    const auto due = store::due_of(*tx, message.key);
    store::remove_if_done(*tx, message.key);
    auto next = co_await tx->take(due);
    if (!next) co_return forward(next);
    written.ended.due = (*next)[0].get<std::optional<Time>>(0);
    SKY_FAILPOINT("queue.end.before_commit");
    if (auto committed = co_await tx->commit(); !committed) {
        in_doubt = in_doubt || tx->in_doubt();
        co_return forward(committed);
    }
    SKY_FAILPOINT("queue.end.after_commit");
    co_return written;
}

void tell(const store::Claimed& message, const Decision& decision, const Written& written, bool was_in_doubt) {
    for (const auto& ending : decision.ended) {
        if (!is_mine(written, ending.fence)) continue;
        ends.with({ending.outcome}).add();
        if (ending.outcome != "bounced" && ending.outcome != "discarded") continue;
        log::info("delivery.recipient." + ending.outcome, {{"tenant", message.key.tenant},
                                                           {"ingest", message.ingest.text()},
                                                           {"position", ending.fence.position},
                                                           {"reply", ending.detail}});
    }
    for (const auto& later : decision.later) {
        if (!is_mine(written, later.fence)) continue;
        const bool quarantined = later.into == store::Later::Into::quarantined;
        ends.with({quarantined ? "quarantined" : later.into == store::Later::Into::moderation ? "held" : "later"}).add();
        if (quarantined) log::error("delivery.message.quarantined", {{"tenant", message.key.tenant}, {"queue_id", message.key.id}});
    }
    const auto others = decision.ended.size() + decision.later.size() - written.mine.size();
    if (others == 0 || was_in_doubt) return;  // a second run after doubt finds its own work done
    fenced.add(others);
    log::warning("delivery.queue.fenced", {{"tenant", message.key.tenant}, {"queue_id", message.key.id}, {"recipients", others}});
}

bool wants_report(const Decision& decision) { return std::ranges::any_of(decision.ended, &Ending::reported); }

// A sender that does not exist can't be told.
void drop_reports(const store::Claimed& message, Decision& decision) {
    log::info("delivery.report.undeliverable", {{"tenant", message.key.tenant}, {"ingest", message.ingest.text()}});
    for (auto& ending : decision.ended) {
        if (!ending.reported) continue;
        ending.reported = false;
        ending.outcome = "discarded";
    }
}

}  // namespace

Task<std::optional<Ended>> end(QueueContext& queue, const store::Claimed& message, Decision decision) {
    std::optional<ReportGround> ground;
    if (!wants_report(decision)) ground.emplace();
    bool in_doubt = false;
    auto pause = 200ms;
    for (int conflicts = 0;;) {
        Error error;
        if (!ground) {
            auto found = co_await report_ground(queue, message);
            if (found) {
                ground = std::move(*found);
                if (!ground->addressable) drop_reports(message, decision);
            } else {
                error = found.error();
            }
        }
        if (ground) {
            auto written = co_await attempt(queue, message, decision, *ground, in_doubt);
            if (written) {
                tell(message, decision, *written, in_doubt);
                co_return std::move(written->ended);
            }
            error = written.error();
        }
        const bool away = error.fault == Fault::unavailable || error.fault == Fault::timeout;
        if (!away && (!pg::is_worth_retrying(error) || ++conflicts >= most_conflicts)) {
            log::error("delivery.queue.end_failed",
                       {{"tenant", message.key.tenant}, {"queue_id", message.key.id}, {"reason", error.reason}});
            co_return std::nullopt;
        }
        co_await sleep_for(pause);
        if (away) pause = std::min<std::chrono::milliseconds>(pause * 2, 2s);
    }
}

}  // namespace sky::delivery
