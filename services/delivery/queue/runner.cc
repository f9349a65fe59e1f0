#include "delivery/queue/runner.h"

#include <algorithm>
#include <boost/system/system_error.hpp>
#include <map>
#include <set>

#include "delivery/metrics.h"
#include "delivery/queue/context.h"
#include "delivery/queue/fair_queue.h"
#include "delivery/queue/index.h"
#include "delivery/queue/worker.h"
#include "delivery/store/moderation.h"
#include "sky/async/event.h"
#include "sky/async/group.h"
#include "sky/failpoint/failpoint.h"
#include "sky/telemetry/log.h"

namespace sky::delivery {
namespace {
using namespace std::chrono_literals;
using std::chrono::milliseconds;
constexpr auto index_tick = 1000ms;       // between looks at the index, at most
constexpr milliseconds safety_poll{30s};  // of PostgreSQL, while the index is complete: finds what it lost unnoticed
constexpr auto claim_limit = 10s;
constexpr auto failure_pause = 1s;
constexpr auto depth_tick = 10s;
constexpr std::size_t most_remembered = 10'000;  // committed here and due; more are found by a poll
}  // namespace

struct QueueRunner::State {
    State(Executor executor, RunnerRooms rooms, RunnerOptions options)
        : queue(std::move(rooms), std::move(options)), index(queue.rooms.redis), group(std::move(executor)) {
        queue.due_now = [this](const std::vector<store::MessageKey>& keys) { remember(keys); };
    }

    QueueContext queue;
    DueIndex index;
    Event changed;                             // a place came free, or something is to be done
    FairQueue fresh;                           // committed here
    std::map<store::MessageKey, int> working;  // a message with many recipients is worked on in parts
    std::size_t in_work = 0;
    bool look_wide = true;  // ask PostgreSQL for whatever is due
    bool draining = false;
    Deadline next_index{};
    Deadline next_poll{};
    Group group;

    std::size_t places() const { return draining || in_work >= queue.options.at_once ? 0 : queue.options.at_once - in_work; }
    store::ClaimTerms terms(std::size_t messages) const { return {queue.worker, queue.options.lease, static_cast<std::int32_t>(messages)}; }

    // Claimed: into work.
    void take_on(std::vector<store::Claimed> messages) {
        for (auto& message : messages) {
            ++in_work;
            ++working[message.key];
            group.spawn("delivery.queue.work", run(std::move(message)));
        }
    }

    Task<void> run(store::Claimed message) {
        struct Leave {
            State& state;
            store::MessageKey key;
            ~Leave() {
                --state.in_work;
                if (auto part = state.working.find(key); --part->second == 0) state.working.erase(part);
                state.changed.notify_all();
            }
        } leave{*this, message.key};
        auto ended = co_await work(queue, message);
        if (!ended) co_return;
        if (!ended->letters.empty()) remember(ended->letters);
        co_await index.set({{message.key, ended->due}});
    }

    // Due now, as far as we know.
    void remember(std::span<const store::MessageKey> keys) {
        for (const auto& key : keys) {
            if (draining) break;
            if (fresh.size() < most_remembered)
                fresh.add(key);
            else
                look_wide = true;
        }
        if (queue.rooms.redis) {
            std::vector<DueIndex::Entry> entries;
            const auto if_we_die = SystemClock().now() + queue.options.lease;
            for (const auto& key : keys) entries.push_back({key, draining ? SystemClock().now() : if_we_die});
            group.spawn("delivery.queue.index", index.set(std::move(entries)));
        }
        changed.notify_all();
    }

    // The keys of what may be due: from the index, and what was committed here; neither starves the other.
    Task<std::vector<store::MessageKey>> next_keys(std::size_t room) {
        std::vector<store::MessageKey> keys;
        if (passed(next_index)) {
            const auto now = SystemClock().now();
            const auto most = fresh.empty() ? room : (room + 1) / 2;
            auto look = co_await index.take(now, most, queue.options.lease);
            auto wait = look.next ? std::clamp(std::chrono::ceil<milliseconds>(*look.next - now), 1ms, milliseconds(index_tick))
                                  : milliseconds(index_tick);
            if (look.keys.size() == most) wait = 0ms;
            next_index = after(wait);
            const auto poll = look.complete ? safety_poll : queue.options.poll;
            next_poll = std::min(next_poll, after(poll));
            keys = std::move(look.keys);
        }
        while (!fresh.empty() && keys.size() < room) keys.push_back(fresh.take());
        co_return keys;
    }

    Task<void> claim(std::vector<store::MessageKey> keys) {
        auto claimed = co_await store::claim(queue.rooms.pool, terms(keys.size()), keys, after(claim_limit));
        if (!claimed) {
            log::warning("delivery.queue.claim_failed", {{"reason", claimed.error().reason}});
            look_wide = true;  // PostgreSQL will say itself what waits
            co_await sleep_for(failure_pause);
            co_return;
        }
        SKY_FAILPOINT_VOID("queue.after_claim");
        std::set<store::MessageKey> rest(keys.begin(), keys.end());
        for (const auto& message : *claimed) rest.erase(message.key);
        take_on(std::move(*claimed));
        if (rest.empty() || !queue.rooms.redis) co_return;
        // Not due yet, or in other hands: the index shall know.
        const std::vector<store::MessageKey> others(rest.begin(), rest.end());
        auto dues = co_await store::dues_of(queue.rooms.pool, others, after(claim_limit));
        if (!dues) co_return;
        std::map<store::MessageKey, Time> when;
        for (const auto& due : *dues) when.emplace(due.key, due.at);
        std::vector<DueIndex::Entry> entries;
        const auto soonest = SystemClock().now() + failure_pause;  // PostgreSQL's clock is the one that counts; ours may be ahead
        for (const auto& key : others) {
            const auto due = when.find(key);
            entries.push_back({key, due == when.end() ? std::nullopt : std::optional(std::max(due->second, soonest))});
        }
        co_await index.set(std::move(entries));
    }

    Task<void> poll() {
        auto claimed = co_await store::claim_oldest(queue.rooms.pool, terms(places()), after(claim_limit));
        next_poll = after(claimed ? safety_poll : milliseconds(failure_pause));
        next_index = {};  // shortens next_poll when there is no index
        if (!claimed) {
            log::warning("delivery.queue.poll_failed", {{"reason", claimed.error().reason}});
            co_return;
        }
        SKY_FAILPOINT_VOID("queue.after_claim");
        look_wide = !claimed->empty();  // until nothing is due any more
        take_on(std::move(*claimed));
    }

    // A loop that must not end: what throws inside (no memory, an injected error) costs one round, not the queue.
    Task<void> forever(Task<void> (State::*loop)()) {
        while (!draining) {
            std::string reason;
            try {
                co_await (this->*loop)();
            } catch (const boost::system::system_error&) {
                throw;  // cancelled
            } catch (const std::exception& error) {
                reason = error.what();
            }
            if (draining) co_return;
            log::error("delivery.queue.loop_failed", {{"reason", reason}});
            co_await sleep_for(failure_pause);
        }
    }

    Task<void> look() {
        while (!draining) {
            const auto seen = changed.count();
            if (places() > 0) {
                auto keys = co_await next_keys(places());
                if (!keys.empty()) co_await claim(std::move(keys));
            }
            if (places() > 0 && (look_wide || passed(next_poll))) co_await poll();
            if (places() > 0 && (!fresh.empty() || look_wide)) {
                co_await yield();
                continue;
            }
            co_await changed.wait_past(seen, places() > 0 ? std::min(next_index, next_poll) : after(index_tick));
        }
    }

    // Messages whose worker never came back, one after another: a suspect has no company that would fall under suspicion with it.
    Task<void> suspects() {
        const auto tick = std::clamp(queue.options.lease / 4, milliseconds(50), milliseconds(5s));
        while (!draining) {
            auto claimed = co_await store::claim_crashed(queue.rooms.pool, terms(1), after(claim_limit));
            if (!claimed || claimed->empty()) {
                co_await sleep_for(tick);
                continue;
            }
            const auto key = claimed->front().key;
            log::warning("delivery.queue.taken_over", {{"tenant", key.tenant}, {"queue_id", key.id}});
            take_on(std::move(*claimed));
            while (working.contains(key)) co_await changed.wait(after(index_tick));
        }
    }

    Task<void> renewals() {
        for (;;) {
            co_await sleep_for(queue.options.lease / 3);
            std::vector<store::MessageKey> keys;
            for (const auto& [key, parts] : working) keys.push_back(key);
            if (keys.empty()) continue;
            auto renewed = co_await store::renew(queue.rooms.pool, queue.worker, keys, queue.options.lease, after(queue.options.lease / 3));
            if (!renewed) log::warning("delivery.queue.renew_failed", {{"reason", renewed.error().reason}});
        }
    }

    // What nobody decided about in time comes back to a worker.
    Task<void> lapse() {
        while (!draining) {
            auto lapsed = co_await store::lapse(queue.rooms.pool, after(claim_limit));
            if (!lapsed)
                log::warning("delivery.moderation.lapse_failed", {{"reason", lapsed.error().reason}});
            else if (!lapsed->empty())
                remember(*lapsed);
            co_await sleep_for(queue.options.poll);
        }
    }

    Task<void> keep_index() {
        while (!draining) {
            const bool built = co_await index.rebuild(queue.rooms.pool);
            co_await sleep_for(built || !queue.rooms.redis->connected() ? 1s : 5s);
        }
    }

    Task<void> count_queue() {
        for (;;) {
            if (auto depth = co_await store::depth(queue.rooms.pool, after(claim_limit))) {
                queue_waiting.set(depth->waiting);
                queue_claimed.set(depth->claimed);
                queue_quarantined.set(depth->quarantined);
                queue_held.set(depth->held);
                queue_oldest.set(depth->oldest_seconds);
            }
            co_await sleep_for(depth_tick);
        }
    }
};

QueueRunner::QueueRunner(Executor executor, RunnerRooms rooms, RunnerOptions options)
    : state_(std::make_unique<State>(std::move(executor), std::move(rooms), std::move(options))) {}
QueueRunner::~QueueRunner() = default;

void QueueRunner::start() {
    auto& state = *state_;
    state.group.spawn("delivery.queue.look", state.forever(&State::look));
    state.group.spawn("delivery.queue.suspects", state.forever(&State::suspects));
    state.group.spawn("delivery.queue.renewals", state.forever(&State::renewals));
    if (!state.queue.options.keeps_index) return;
    state.group.spawn("delivery.queue.depth", state.forever(&State::count_queue));
    state.group.spawn("delivery.queue.lapse", state.forever(&State::lapse));
    if (state.queue.rooms.redis) state.group.spawn("delivery.queue.keep_index", state.forever(&State::keep_index));
}

void QueueRunner::due_now(std::span<const store::MessageKey> keys) { state_->remember(keys); }

void QueueRunner::wake() {
    state_->look_wide = true;
    state_->changed.notify_all();
}

Task<void> QueueRunner::drain(Deadline deadline) {
    auto& state = *state_;
    state.draining = true;
    state.changed.notify_all();
    for (;;) {
        const auto seen = state.changed.count();
        if (state.in_work == 0 || !co_await state.changed.wait_past(seen, deadline - 2s)) break;
    }
    co_await state.group.stop(deadline - 1s);
    auto released = co_await store::release(state.queue.rooms.pool, state.queue.worker, std::max(deadline, after(1s)));
    if (!released) log::warning("delivery.queue.release_failed", {{"reason", released.error().reason}});
}

}  // namespace sky::delivery
