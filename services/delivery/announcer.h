#pragma once
// Tells the gateways, after COMMIT, which accounts have changed. What is said while a message to Redis is under way travels together.
#include <map>

#include "sky/async/group.h"
#include "sky/mailstore/types.h"
#include "sky/redis/client.h"

namespace sky::delivery {

class Announcer {
  public:
    Announcer(Executor executor, redis::Client* redis) : redis_(redis), group_(std::move(executor)) {}

    // Never blocks, never fails: readers look by themselves when Redis is away.
    void changed(const mailstore::Changed& change);
    Task<void> stop(Deadline deadline) { return group_.stop(deadline); }

  private:
    Task<void> publish();
    redis::Client* redis_;
    std::map<AccountId, ModSeq> news_;
    bool publishing_ = false;
    Group group_;
};

}  // namespace sky::delivery
