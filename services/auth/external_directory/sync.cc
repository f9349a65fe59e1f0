#include "auth/external_directory/sync.h"

#include "auth/external_directory/census.h"
#include "auth/external_directory/steps.h"
#include "auth/shard.h"
#include "sky/telemetry/log.h"

namespace sky::auth {
namespace {
using namespace std::chrono_literals;
constexpr auto patience = 30s;  // of one statement
constexpr auto longest = 4min;  // reading both sides; within a claim
constexpr std::int32_t most_due = 50;
constexpr int steps_of_a_claim = 100;

bool is_away(const Error& error) { return error.fault == Fault::unavailable || error.fault == Fault::timeout; }

// One after the other, each in a transaction of its own. What one mailbox is refused is noted; what is away ends it all.
struct Runner {
    AuthShard& shard;
    TenantId tenant;
    SyncOutcome& outcome;
    int done = 0;

    Task<Result<void>> after_each(Result<void> result, const std::string& what) {
        if (!result) {
            if (is_away(result.error())) co_return result;
            ++outcome.skipped;
            outcome.notes.push_back("skip " + what + ": " + result.error().text);
            log::warning("auth.sync.step_failed", {{"tenant", tenant}, {"step", what}, {"reason", result.error().reason}});
        }
        if (++done % steps_of_a_claim == 0) co_return co_await renew_sync(shard.pool(), tenant, after(patience));
        co_return Result<void>{};
    }
};

void count(SyncOutcome& outcome, const Step& step) {
    if (step.kind == Step::Kind::add)
        ++outcome.added;
    else if (step.state == Step::State::suspended)
        ++outcome.suspended;
    else if (step.state == Step::State::restored)
        ++outcome.restored;
    else
        ++outcome.changed;
}

Task<Result<void>> carry_out(AuthShard& shard, TenantId tenant, Comparison plan, SyncOutcome& outcome) {
    Runner runner{shard, tenant, outcome};
    outcome.skipped = static_cast<std::int32_t>(plan.notes.size());
    outcome.notes = std::move(plan.notes);
    for (const auto& step : plan.steps) {
        auto result = co_await take_step(shard, tenant, step, after(patience));
        if (result) count(outcome, step);
        if (auto on = co_await runner.after_each(std::move(result), step.text()); !on) co_return on;
    }
    for (const auto& step : plan.managers) {
        auto result = co_await take_step(shard, tenant, step, after(patience));
        if (auto on = co_await runner.after_each(std::move(result), "manager of " + step.address); !on) co_return on;
    }
    for (const auto& step : plan.groups) {
        auto result = co_await take_step(shard, tenant, step, after(patience));
        if (result) ++outcome.changed;
        if (auto on = co_await runner.after_each(std::move(result), step.text()); !on) co_return on;
    }
    co_return Result<void>{};
}

std::string line_of(const Error& error) { return error.reason.empty() ? error.text : error.text + " (" + error.reason + ")"; }
}  // namespace

Task<Result<Comparison>> plan_sync(AuthShard& shard, TenantId tenant, Shrink shrink, Deadline deadline) {
    auto row = co_await find_external_directory(shard.pool(), tenant, deadline);
    if (!row) co_return forward(row);
    if (!*row) co_return unexpected(Fault::not_found, "the tenant has no directory elsewhere");
    auto directory = shard.directories().with(**row);
    if (!directory) co_return forward(directory);
    Sides sides;
    if (auto there = co_await read_sides_there(**directory, sides, deadline); !there) co_return forward(there);
    if (auto here = co_await read_sides_here(shard.pool(), tenant, (*row)->groups, sides, deadline); !here) co_return forward(here);
    co_return compare(sides, shrink);
}

Task<Result<bool>> sync_tenant(AuthShard& shard, TenantId tenant) {
    auto mine = co_await claim_sync(shard.pool(), tenant, after(patience));
    if (!mine) co_return forward(mine);
    if (!*mine) co_return false;
    SyncOutcome outcome;
    auto plan = co_await plan_sync(shard, tenant, **mine, after(longest));
    if (plan) {
        if (auto renewed = co_await renew_sync(shard.pool(), tenant, after(patience)); !renewed) co_return forward(renewed);
        if (auto carried = co_await carry_out(shard, tenant, std::move(*plan), outcome); !carried) outcome.error = carried.error().text;
    } else {
        outcome.error = plan.error().text;
        log::warning("auth.sync.failed", {{"tenant", tenant}, {"reason", line_of(plan.error())}});
    }
    if (auto finished = co_await finish_sync(shard.pool(), tenant, outcome, after(patience)); !finished) co_return forward(finished);
    log::info("auth.sync.done", {{"tenant", tenant},
                                 {"added", outcome.added},
                                 {"changed", outcome.changed},
                                 {"suspended", outcome.suspended},
                                 {"restored", outcome.restored},
                                 {"skipped", outcome.skipped}});
    co_return true;
}

Task<void> follow_directories(AuthShard& shard) {
    for (;;) {
        co_await sleep_for(1s);
        auto due = co_await due_syncs(shard.pool(), most_due, after(patience));
        if (!due) {
            log::warning("auth.sync.failed", {{"reason", due.error().reason}});
            co_await sleep_for(10s);
            continue;
        }
        for (const auto tenant : *due)
            if (auto done = co_await sync_tenant(shard, tenant); !done)
                log::warning("auth.sync.failed", {{"tenant", tenant}, {"reason", done.error().reason}});
    }
}

}  // namespace sky::auth
