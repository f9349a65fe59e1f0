#pragma once
// The sessions of one shard and the one loop that keeps them in Redis.
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "sky/async/event.h"
#include "sky/async/group.h"
#include "sky/presence/presence.h"

namespace sky::presence {

struct Entry::State {
    Session session;
    Registry::End end;
    std::weak_ptr<Registry::Shard> shard;
    bool written = false;  // in Redis as it is here, as far as we know
    bool queued = false;   // stands in Shard::soon_
    bool gone = false;
};

class Registry::Shard : public std::enable_shared_from_this<Registry::Shard> {
  public:
    using Kept = std::shared_ptr<Entry::State>;

    Shard(Executor executor, redis::Client& client, const Clock& clock, std::chrono::steady_clock::duration renew_each)
        : client_(client), clock_(clock), renew_each_(renew_each), group_(std::move(executor)) {}
    void start(redis::Subscriber& subscriber);
    void close();
    Task<void> stop();

    void add(Kept kept);
    void remove(const Kept& kept);
    void changed(const Kept& kept);  // write it soon
    Time now() const { return clock_.now(); }

  private:
    static Task<void> keep_registered(std::shared_ptr<Shard> shard);
    void queue(const Kept& kept);
    Task<bool> renew_all();  // and writes what has become idle or busy since; false: Redis is away
    Task<bool> write_soon();
    Task<bool> write(std::vector<Kept> batch);  // false: Redis is away
    Task<bool> renew(std::vector<Kept> batch);  // marks those that Redis has lost
    Task<void> forget(std::vector<Kept> batch);
    void heard(std::string_view payload);

    redis::Client& client_;
    const Clock& clock_;
    const std::chrono::steady_clock::duration renew_each_;
    std::unordered_set<Kept> sessions_;
    std::vector<Kept> soon_;  // to be written without waiting for the renewal
    std::vector<Kept> gone_;
    bool renew_now_ = false;  // the connection was new: what it holds is not known
    Event work_;
    redis::Subscription ends_;
    Group group_;
};

}  // namespace sky::presence
