#pragma once
// The sorted set `queue:due` in Redis: which message to look at when. A hint: a member too many costs a look, a missing one is found by the
// slow poll of PostgreSQL. The member "built" (never due) says that the set was filled completely since Redis last forgot everything.
#include <optional>
#include <vector>

#include "delivery/store/queue.h"
#include "sky/redis/client.h"

namespace sky::delivery {

class DueIndex {
  public:
    explicit DueIndex(redis::Client* redis) : redis_(redis) {}

    struct Look {
        bool complete = false;  // false: Redis is away or has forgotten; ask PostgreSQL
        std::vector<store::MessageKey> keys;
        std::optional<Time> next;  // the earliest that is not due yet
    };
    // What is due, hidden from other lookers until `hold` has passed: whoever took it and died is followed by another.
    Task<Look> take(Time now, std::size_t limit, std::chrono::milliseconds hold);

    // When a message is to be looked at; without a time it leaves the index.
    struct Entry {
        store::MessageKey key;
        std::optional<Time> at;
    };
    Task<void> set(std::vector<Entry> entries);

    // Fills the set from PostgreSQL when it is not complete. False: not now (Redis or PostgreSQL away, or Redis forgot it meanwhile).
    Task<bool> rebuild(pg::Pool& pool);

  private:
    Task<Result<void>> fill(pg::Pool& pool, std::string_view mark);

    redis::Client* redis_;
    bool doubtful_ = false;  // something could not be written: once Redis answers again it must be filled anew
};

}  // namespace sky::delivery
