#pragma once
// What the parts of one shard's queue share.
#include <functional>
#include <random>
#include <set>
#include <vector>

#include "delivery/queue/runner.h"
#include "sky/async/event.h"
#include "sky/async/semaphore.h"

namespace sky::delivery {

struct QueueContext {
    QueueContext(RunnerRooms with, RunnerOptions how)
        : rooms(std::move(with)),
          options(std::move(how)),
          transactions(options.transactions),
          // A next hop that hangs must not take every place from mail that stays in the house.
          relays(std::max<std::size_t>(1, options.at_once * 3 / 4)) {}

    RunnerRooms rooms;
    RunnerOptions options;
    const Uuid worker = new_uuid(SystemClock().now());
    Semaphore transactions;
    Semaphore relays;
    std::set<AccountId> accounts;  // that a transfer of ours is writing to: the next one waits here, not in PostgreSQL
    Event account_free;
    Semaphore large{2};  // messages held in memory whole, with their frames
    std::function<void(const std::vector<store::MessageKey>&)> due_now = [](const auto&) {};  // to be looked at soon
    std::mt19937_64 random{std::random_device{}()};

    // Within [0, 1).
    double spread() { return std::uniform_real_distribution<>(0, 1)(random); }
};

}  // namespace sky::delivery
