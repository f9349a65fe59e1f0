#include "shard.h"

#include <algorithm>
#include <utility>

#include "sky/async/timer.h"
#include "wire.h"

namespace sky::presence {
namespace {

constexpr std::chrono::seconds redis_time{2};
constexpr std::size_t batch_size = 200;

template <class Kept>
std::vector<wire::Command> commands_of(const std::vector<Kept>& batch, std::vector<wire::Command> (*make)(const Session&)) {
    std::vector<wire::Command> out;
    for (const auto& kept : batch)
        for (auto& command : make(kept->session)) out.push_back(std::move(command));
    return out;
}

}  // namespace

void Registry::Shard::start(redis::Subscriber& subscriber) {
    // A subscription that took effect means a new connection: Redis may have restarted empty.
    ends_ = subscriber.subscribe(
        std::string(wire::end_channel), [this](std::string_view payload) { heard(payload); },
        [this] {
            renew_now_ = true;
            work_.notify_all();
        });
    group_.spawn("presence.registry", keep_registered(shared_from_this()));
}

void Registry::Shard::queue(const Kept& kept) {
    kept->written = false;
    if (!std::exchange(kept->queued, true)) soon_.push_back(kept);
}

void Registry::Shard::add(Kept kept) {
    queue(kept);
    sessions_.insert(std::move(kept));
    work_.notify_all();
}

void Registry::Shard::remove(const Kept& kept) {
    if (sessions_.erase(kept) == 0) return;
    kept->gone = true;
    gone_.push_back(kept);
    work_.notify_all();
}

void Registry::Shard::changed(const Kept& kept) {
    queue(kept);
    work_.notify_all();
}

void Registry::Shard::heard(std::string_view payload) {
    const auto end = wire::read_end(payload);
    if (!end) return;
    std::vector<Kept> ending;  // a session may leave inside its callback
    for (const Kept& kept : sessions_)
        if (wire::matches(kept->session, end->filter)) ending.push_back(kept);
    for (const Kept& kept : ending)
        if (kept->end) kept->end(end->text);
}

Task<bool> Registry::Shard::write(std::vector<Kept> batch) {
    // Changes made while this is under way must be written again.
    for (const Kept& kept : batch) kept->written = true;
    auto replies = co_await client_.pipeline(commands_of(batch, wire::write), after(redis_time));
    if (replies) co_return true;
    for (const Kept& kept : batch) queue(kept);
    co_return false;
}

Task<bool> Registry::Shard::renew(std::vector<Kept> batch) {
    auto replies = co_await client_.pipeline(commands_of(batch, wire::renew), after(redis_time));
    if (!replies) co_return false;
    for (std::size_t i = 0; i < batch.size(); ++i)
        for (std::size_t j = 0; j < wire::renew_size; ++j)
            if ((*replies)[i * wire::renew_size + j].integer == 0) queue(batch[i]);
    co_return true;
}

// Who became idle or busy is written here and not at once: of thousands of sessions some do at every moment.
Task<bool> Registry::Shard::renew_all() {
    std::vector<Kept> all;
    for (const Kept& kept : sessions_) {
        if (kept->written)
            all.push_back(kept);
        else
            queue(kept);
    }
    for (std::size_t at = 0; at < all.size(); at += batch_size) {
        const auto from = all.begin() + static_cast<std::ptrdiff_t>(at);
        const auto size = std::min(batch_size, all.size() - at);
        if (!co_await renew({from, from + static_cast<std::ptrdiff_t>(size)})) co_return false;
    }
    co_return true;
}

// What comes meanwhile waits for the next time, so that renewals have their turn while many sign in.
Task<bool> Registry::Shard::write_soon() {
    auto taken = std::exchange(soon_, {});
    std::vector<Kept> batch;
    bool there = true;
    for (Kept& kept : taken) {
        kept->queued = false;
        if (kept->gone) continue;
        if (!there) {
            queue(kept);
            continue;
        }
        batch.push_back(std::move(kept));
        if (batch.size() == batch_size) there = co_await write(std::exchange(batch, {}));
    }
    co_return there && (batch.empty() || co_await write(std::move(batch)));
}

Task<void> Registry::Shard::forget(std::vector<Kept> batch) {
    // Lost if Redis is away: the lease takes care of it.
    static_cast<void>(co_await client_.pipeline(commands_of(batch, wire::remove), after(redis_time)));
}

Task<void> Registry::Shard::keep_registered(std::shared_ptr<Shard> shard) {
    Deadline next_renewal = after(shard->renew_each_);
    for (;;) {
        const auto seen = shard->work_.count();
        bool there = true;
        if (std::exchange(shard->renew_now_, false) || passed(next_renewal)) {
            next_renewal = after(shard->renew_each_);
            there = co_await shard->renew_all();
        }
        if (auto gone = std::exchange(shard->gone_, {}); !gone.empty()) co_await shard->forget(std::move(gone));
        there = there && co_await shard->write_soon();
        // While Redis is away new sessions must not make us ask it each time.
        if (there)
            co_await shard->work_.wait_past(seen, next_renewal);
        else
            co_await sleep_until(std::min(next_renewal, after(std::chrono::milliseconds(500))));
    }
}

void Registry::Shard::close() {
    ends_ = {};
    group_.cancel();
}

Task<void> Registry::Shard::stop() {
    close();
    co_await group_.stop(after(redis_time));
    gone_.insert(gone_.end(), sessions_.begin(), sessions_.end());
    sessions_.clear();
    if (!gone_.empty()) co_await forget(std::exchange(gone_, {}));
}

}  // namespace sky::presence
