#include "delivery/indexer.h"

#include <utility>

#include "delivery/metrics.h"
#include "sky/async/timer.h"
#include "sky/telemetry/log.h"

namespace sky::delivery {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t enough_messages = 256;          // a transaction of the index; less would be merged soon
constexpr std::size_t accounts_remembered = 100'000;  // the rest is found by the sweep
constexpr std::int32_t accounts_swept = 1000;
constexpr auto tick = 250ms;
constexpr auto one_step = 120s;

}  // namespace

void Indexer::changed(mailstore::AccountRef account) {
    if (waiting_.size() >= accounts_remembered && !waiting_.contains(account)) return;
    Waiting& waiting = waiting_.try_emplace(account, Waiting{0, std::chrono::steady_clock::now()}).first->second;
    ++waiting.messages;
}

std::optional<mailstore::AccountRef> Indexer::next_due() {
    const auto now = std::chrono::steady_clock::now();
    for (auto at = waiting_.begin(); at != waiting_.end(); ++at) {
        if (at->second.messages < enough_messages && now - at->second.since < pace_.delay) continue;
        const auto account = at->first;
        waiting_.erase(at);
        return account;
    }
    return std::nullopt;
}

Task<void> Indexer::index(mailstore::AccountRef account) {
    for (bool more = true; more;) {
        const auto step = co_await mailstore::index_account(*pool_, *offload_, account, after(one_step), converter_);
        if (!step) {
            log::warning("delivery.index.failed",
                         {{"tenant", account.tenant}, {"account", account.account}, {"reason", step.error().reason}});
            co_return;
        }
        indexed_messages.add(step->documents);
        more = step->more;
    }
}

Task<void> Indexer::sweep() {
    const auto accounts = co_await mailstore::unindexed_accounts(*pool_, accounts_swept, after(30s));
    if (!accounts) {
        log::warning("delivery.index.failed", {{"reason", accounts.error().reason}});
        co_return;
    }
    for (const auto& account : *accounts)
        if (!waiting_.contains(account)) co_await index(account);
}

Task<void> Indexer::run() {
    Deadline next_sweep = after(pace_.delay);
    for (;;) {
        while (const auto account = next_due()) co_await index(*account);
        if (pace_.sweeps && passed(next_sweep)) {
            co_await sweep();
            next_sweep = after(pace_.sweep);
        }
        co_await sleep_for(tick);
    }
}

}  // namespace sky::delivery
