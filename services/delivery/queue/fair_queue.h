#pragma once
// Keys of messages to look at, tenant by tenant in turn: one tenant's mass mailing does not stand before another's letter. Pure.
#include <deque>
#include <map>

#include "delivery/store/queue.h"

namespace sky::delivery {

class FairQueue {
  public:
    void add(store::MessageKey key) {
        auto& lane = lanes_[key.tenant];
        if (lane.empty()) turns_.push_back(key.tenant);
        lane.push_back(key.id);
        ++size_;
    }
    // Not to be called when empty().
    store::MessageKey take() {
        const auto tenant = turns_.front();
        turns_.pop_front();
        auto lane = lanes_.find(tenant);
        const store::MessageKey key{tenant, lane->second.front()};
        lane->second.pop_front();
        if (lane->second.empty())
            lanes_.erase(lane);
        else
            turns_.push_back(tenant);
        --size_;
        return key;
    }
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }

  private:
    std::map<TenantId, std::deque<QueueId>> lanes_;
    std::deque<TenantId> turns_;
    std::size_t size_ = 0;
};

}  // namespace sky::delivery
