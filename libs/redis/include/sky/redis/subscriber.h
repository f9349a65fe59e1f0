#pragma once
// Channels of Redis, on a connection of its own. Messages may be lost whenever the connection breaks: a subscriber is told so and reads
// the truth from PostgreSQL instead. Belongs to its shard's thread.
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "sky/async/task.h"
#include "sky/async/timer.h"
#include "sky/redis/options.h"

namespace sky::redis {

class Subscriber;

// Keeps one subscription; its end unsubscribes. The callback is never called after it. May outlive the Subscriber.
class Subscription {
  public:
    Subscription() = default;
    Subscription(Subscription&&) noexcept = default;
    Subscription& operator=(Subscription&& other) noexcept;
    ~Subscription();
    explicit operator bool() const { return entry_ != nullptr; }

  private:
    friend class Subscriber;
    struct Entry;
    explicit Subscription(std::shared_ptr<Entry> entry) : entry_(std::move(entry)) {}
    std::shared_ptr<Entry> entry_;
};

class Subscriber {
  public:
    using Message = std::function<void(std::string_view payload)>;
    using Gap = std::function<void()>;

    // Connects at once, in the background, and again whenever the connection is lost.
    Subscriber(Executor executor, Options options);
    ~Subscriber();
    Subscriber(const Subscriber&) = delete;
    Subscriber& operator=(const Subscriber&) = delete;

    // Hears a channel; many subscriptions of one channel share one SUBSCRIBE. `gap` is called each time that SUBSCRIBE took effect (the
    // first time too): messages from before then may have been missed. Callbacks run on the shard, must not throw or block; they may
    // subscribe and unsubscribe.
    [[nodiscard]] Subscription subscribe(std::string channel, Message message, Gap gap = {});

    // The connection was heard from (anything, at least the answer to a PING each half second) within the last second and every channel
    // asked for is subscribed: silence now means that nothing was published.
    bool healthy() const;
    std::chrono::steady_clock::time_point last_heard() const;  // the epoch of the clock: never

    Task<void> stop();

  private:
    friend class Subscription;
    class Link;
    std::shared_ptr<Link> link_;
};

}  // namespace sky::redis
