#pragma once
// Who is signed in, from which device. Sessions live in Redis under a lease; everything here is best effort: while Redis is away sessions
// go on unregistered, and they are registered again when it is back. One Registry a shard, on the shard's thread.
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sky/async/task.h"
#include "sky/async/timer.h"
#include "sky/base/clock.h"
#include "sky/base/result.h"
#include "sky/presence/session.h"
#include "sky/redis/client.h"
#include "sky/redis/subscriber.h"

namespace sky::presence {

inline constexpr std::chrono::seconds lease{120};  // a gateway that died is forgotten after this
inline constexpr std::chrono::seconds renewal{30};

// Keeps a session registered while it lives.
class Entry {
  public:
    Entry() = default;
    Entry(Entry&&) noexcept = default;
    Entry& operator=(Entry&& other) noexcept;
    ~Entry();

    void set_client(std::string client);  // known after IMAP ID
    void busy();                          // a command runs
    void idle();                          // IDLE, or nothing to do; written with the next renewal

  private:
    friend class Registry;
    struct State;
    explicit Entry(std::shared_ptr<State> state) : state_(std::move(state)) {}
    std::shared_ptr<State> state_;
};

class Registry {
  public:
    // Why a session must end, to be told to its client: "Signed out by the administrator".
    using End = std::function<void(std::string_view text)>;

    // client and subscriber outlive the registry.
    Registry(Executor executor, redis::Client& client, redis::Subscriber& subscriber, const Clock& clock,
             std::chrono::steady_clock::duration renew_each = renewal);
    ~Registry();

    // Registers in the background and never fails. `end` is called on the shard when someone ends the session; the gateway then says
    // the text to its client and closes. An empty session.id gets one.
    [[nodiscard]] Entry add(Session session, End end);

    Task<void> stop();  // takes the sessions that are left out of Redis

  private:
    friend class Entry;
    class Shard;
    std::shared_ptr<Shard> shard_;
};

// Which sessions: the first of id, account, tenant that is set; none: all.
struct Filter {
    std::string id;
    AccountId account;
    TenantId tenant;
};

// The registered sessions, oldest first. Fault::unavailable when Redis is away.
Task<Result<std::vector<Session>>> list(redis::Client& client, Filter filter, Deadline deadline);

// Tells the gateways of these sessions to end them with `text`; how many are registered that match. A filter that matches all is refused.
Task<Result<std::size_t>> end(redis::Client& client, Filter filter, std::string text, Deadline deadline);

}  // namespace sky::presence
