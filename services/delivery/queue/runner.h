#pragma once
// Works off the queue: mail for other tenants of ours, mail for the next hop, bounces. One a shard. PostgreSQL says what waits; a sorted
// set in Redis, `queue:due` (member "tenant:queue id", score due time in ms), says when to look, and is rebuilt when Redis lost it. Without
// Redis a slow poll serves.
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "delivery/backoff.h"
#include "delivery/queue/directory.h"
#include "delivery/relay/smarthost.h"
#include "delivery/store/queue.h"
#include "sky/async/offload.h"
#include "sky/mailstore/deliver.h"
#include "sky/redis/client.h"

namespace sky::delivery {

struct RunnerOptions {
    Schedule schedule;
    Smarthost smarthost;
    std::string hostname;                     // our name in reports and Received lines
    std::chrono::milliseconds lease{20'000};  // of a claim; renewed while work goes on
    std::chrono::milliseconds poll{5'000};    // how often PostgreSQL is asked when Redis says nothing
    std::size_t at_once = 32;                 // messages in work on this shard
    bool keeps_index = true;                  // this shard rebuilds the index and counts the queue (shard 0)
    std::size_t transactions = 2;             // at once, so that submissions find connections
    std::string spool = "/tmp";               // directory for large messages while they are read
};

// What a runner works with; all outlive it. redis may be null.
struct RunnerRooms {
    pg::Pool& pool;
    redis::Client* redis = nullptr;
    mailstore::ObjectIds& ids;
    Directory identity;                                       // where an address leads now
    std::function<void(const mailstore::Changed&)> announce;  // after COMMIT
    OffloadPool* offload = nullptr;                           // for large messages; null: on the shard's thread
};

class QueueRunner {
  public:
    QueueRunner(Executor executor, RunnerRooms rooms, RunnerOptions options);
    ~QueueRunner();

    void start();
    // Committed here: what is due now is claimed at once, without waiting for the index. Written to the index too, for the case that we
    // die.
    void due_now(std::span<const store::MessageKey> keys);
    // The operator said so (Flush): looks at the whole queue soon.
    void wake();
    // Takes no new work; what is under way ends or is put back. Returns at the deadline at the latest.
    Task<void> drain(Deadline deadline);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace sky::delivery
