#pragma once
// Follows the directory's version and wakes those who feed caches elsewhere. One a shard. Reads PostgreSQL at least twice a second; a
// message on Redis or a write of this process makes it look at once. Each successful look is a heartbeat: while PostgreSQL is away there
// are none, and caches elsewhere stop trusting themselves.
#include <cstdint>
#include <deque>
#include <string_view>

#include "auth/store/changes.h"
#include "sky/async/event.h"
#include "sky/async/task.h"

namespace sky::auth {

inline constexpr std::string_view change_channel = "auth:changes";

class Watcher {
  public:
    explicit Watcher(pg::Pool& pool) : pool_(pool) {}

    // Look now. Callable from callbacks of the shard.
    void wake() { wake_.notify_all(); }
    // Runs until cancelled.
    Task<void> run();

    bool knows() const { return version_ > 0; }
    std::int64_t version() const { return version_; }
    // Changes above `version`; false when some of them are not here any more: the asker must drop all it has.
    bool changes_above(std::int64_t version, std::vector<Change>& out) const;

    // Notified after each successful look.
    Event& looked() { return looked_; }

  private:
    Task<Result<void>> look();
    void keep(Change change);
    pg::Pool& pool_;
    std::int64_t version_ = 0;
    std::int64_t floor_ = 0;  // changes above it are in recent_
    std::deque<Change> recent_;
    Event wake_;
    Event looked_;
};

}  // namespace sky::auth
