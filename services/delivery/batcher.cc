#include "delivery/batcher.h"

#include <algorithm>
#include <utility>

#include "delivery/metrics.h"
#include "sky/telemetry/log.h"

namespace sky::delivery {
namespace {
constexpr int most_deferrals = 3;
constexpr std::chrono::milliseconds busy_pause{10};    // doubled with each deferral
constexpr std::chrono::seconds database_patience{10};  // a restart of PostgreSQL takes less; smtp's client still waits
constexpr std::chrono::milliseconds database_pause{200};

bool is_away(const Error& error) { return error.fault == Fault::unavailable || error.fault == Fault::timeout; }
}  // namespace

Batcher::Batcher(Executor executor, Writer& writer, BatchLimits limits, Committed committed)
    : writer_(&writer), queue_(limits), committed_(std::move(committed)), group_(executor) {}

Task<Result<Uuid>> Batcher::submit(Submission submission, Deadline deadline) {
    if (draining_) co_return unexpected(Fault::unavailable, "Shutting down", "draining");
    const Uuid id = submission.envelope.ingest;
    JobPtr job;
    if (auto open = open_.find(id); open != open_.end()) {
        job = open->second;
    } else {
        job = std::make_shared<Job>();
        job->submission = std::move(submission);
        job->deadline = deadline;
        open_.emplace(id, job);
        queue_.add({job, job->submission.envelope.tenant, job->submission.message.size, job->submission.fingerprint});
        start_batches();
    }
    while (!job->result) {
        const auto seen = job->settled.count();
        if (!job->result && !co_await job->settled.wait_past(seen, deadline))
            co_return unexpected(Fault::timeout, "Try again later", "not committed in time");
    }
    co_return *job->result;
}

void Batcher::start_batches() {
    while (auto batch = queue_.next()) group_.spawn("delivery.batch", run(std::move(*batch)));
    waiting_submissions.set(static_cast<std::int64_t>(queue_.waiting()));
}

Task<void> Batcher::run(Queue::Batch batch) {
    struct Finish {
        Batcher& batcher;
        TenantId tenant;
        ~Finish() {
            batcher.queue_.finished(tenant);
            batcher.start_batches();
            batcher.changed_.notify_all();
        }
    } finish{*this, batch.tenant};
    std::vector<JobPtr> jobs;
    Deadline deadline = Deadline::min();
    for (auto& entry : batch.entries) {
        deadline = std::max(deadline, entry.ticket->deadline);
        jobs.push_back(std::move(entry.ticket));
    }
    batch_messages.add(jobs.size());
    batches.add();
    co_await commit(batch.tenant, std::move(jobs), std::min(deadline, after(database_patience)));
}

// Settles every job: accepted, refused, or put back for the next batch.
Task<void> Batcher::commit(TenantId tenant, std::vector<JobPtr> jobs, Deadline deadline) {
    int conflicts = 0;
    std::string told;
    while (!jobs.empty()) {
        std::vector<WriteItem> items;
        for (const auto& job : jobs)
            items.push_back({&job->submission, job->deferrals < most_deferrals ? WhenBusy::defer : WhenBusy::queue});
        const auto started = std::chrono::steady_clock::now();
        auto outcome = co_await writer_->write(tenant, items, deadline);
        commit_seconds.observe(std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count());
        if (outcome && outcome->committed) {
            for (std::size_t i = 0; i < jobs.size(); ++i) {
                if (outcome->items[i].kind == Written::Kind::repeated) repeated_submissions.add();
                settle(jobs[i], outcome->items[i].ingest);
            }
            committed_(tenant, *outcome);
            co_return;
        }
        if (outcome) {  // nothing written: the busy ones wait, the others go at once
            std::vector<JobPtr> ready;
            int most = 0;
            for (std::size_t i = jobs.size(); i-- > 0;) {
                if (outcome->items[i].kind != Written::Kind::busy) {
                    ready.insert(ready.begin(), jobs[i]);
                    continue;
                }
                most = std::max(most, ++jobs[i]->deferrals);
                busy_deferrals.add();
                queue_.put_back({jobs[i], tenant, jobs[i]->submission.message.size, jobs[i]->submission.fingerprint});
            }
            if (ready.empty() && queue_.waiting() <= jobs.size()) co_await sleep_for(busy_pause * (1 << most));
            jobs = std::move(ready);
            continue;
        }
        const auto& error = outcome.error();
        if (is_away(error)) {
            if (passed(deadline)) co_return refuse(jobs, error);
            if (std::exchange(told, error.reason) != error.reason)  // the last one may only say that time was up
                log::warning("delivery.batch.waits", {{"tenant", tenant}, {"messages", jobs.size()}, {"reason", error.reason}});
            co_await sleep_for(database_pause);
        } else if (jobs.size() > 1) {  // one bad row must not hurt another's mail
            log::warning("delivery.batch.halved", {{"tenant", tenant}, {"messages", jobs.size()}, {"reason", error.reason}});
            halved_batches.add();
            const auto middle = jobs.begin() + static_cast<std::ptrdiff_t>(jobs.size() / 2);
            std::vector<JobPtr> first(jobs.begin(), middle);
            jobs.erase(jobs.begin(), middle);
            co_await commit(tenant, std::move(first), deadline);
        } else if (pg::is_worth_retrying(error) && ++conflicts < 5 && !passed(deadline)) {
            co_await sleep_for(std::chrono::milliseconds(20 * conflicts));
        } else {
            co_return refuse(jobs, error);
        }
    }
}

void Batcher::settle(const JobPtr& job, Result<Uuid> result) {
    open_.erase(job->submission.envelope.ingest);
    job->result = std::move(result);
    job->settled.notify_all();
}

void Batcher::refuse(const std::vector<JobPtr>& jobs, const Error& error) {
    for (const auto& job : jobs) {
        log::error("delivery.submission.refused", {{"ingest", job->submission.envelope.ingest.text()},
                                                   {"tenant", job->submission.envelope.tenant},
                                                   {"fault", codes(error.fault).name},
                                                   {"reason", error.reason}});
        // Whatever it was, the message may be welcome later: a permanent refusal of mail needs a better reason than our trouble.
        settle(job, unexpected(Fault::unavailable, "Try again later", error.reason));
    }
}

Task<void> Batcher::drain(Deadline deadline) {
    draining_ = true;
    for (;;) {
        const auto seen = changed_.count();
        if (queue_.idle() || !co_await changed_.wait_past(seen, deadline)) break;
    }
    co_await group_.stop(after(std::chrono::seconds(1)));
}

}  // namespace sky::delivery
