#pragma once
// Which submissions travel in one commit. A batch of a tenant forms while that tenant's last commit is in flight: no timer. Pure.
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sky/base/ids.h"

namespace sky::delivery {

struct BatchLimits {
    std::size_t messages = 64;
    std::size_t octets = 8 * 1024 * 1024;  // one larger message travels alone
    std::size_t in_flight = 4;             // commits of different tenants at once
};

// Ticket: whatever the caller hands in and gets back.
template <class Ticket>
class BatchQueue {
  public:
    struct Entry {
        Ticket ticket;
        TenantId tenant;
        std::size_t octets = 0;
        std::string fingerprint;  // equal ones never share a batch: the second must see what the first did
    };
    struct Batch {
        TenantId tenant;
        std::vector<Entry> entries;
    };

    explicit BatchQueue(BatchLimits limits) : limits_(limits) {}

    void add(Entry entry) { insert(std::move(entry), Where::back); }
    // Before all others of its tenant: it waited already.
    void put_back(Entry entry) { insert(std::move(entry), Where::front); }

    // The next batch that may be committed now: of the tenant that waits longest and has none in flight. Call finished() after it.
    std::optional<Batch> next() {
        if (in_flight_ >= limits_.in_flight) return std::nullopt;
        for (auto turn = turns_.begin(); turn != turns_.end(); ++turn) {
            auto lane = lanes_.find(*turn);
            if (lane->second.busy) continue;
            turns_.erase(turn);
            Batch batch{lane->first, take(lane->second)};
            lane->second.busy = true;
            ++in_flight_;
            return batch;
        }
        return std::nullopt;
    }

    void finished(TenantId tenant) {
        --in_flight_;
        auto lane = lanes_.find(tenant);
        lane->second.busy = false;
        if (lane->second.waiting.empty())
            lanes_.erase(lane);
        else
            turns_.push_back(tenant);
    }

    std::size_t waiting() const { return waiting_; }
    bool idle() const { return waiting_ == 0 && in_flight_ == 0; }

  private:
    enum class Where { front, back };
    struct Lane {
        std::deque<Entry> waiting;
        bool busy = false;
    };

    void insert(Entry entry, Where where) {
        auto& lane = lanes_[entry.tenant];
        if (!lane.busy && lane.waiting.empty()) turns_.push_back(entry.tenant);
        if (where == Where::back)
            lane.waiting.push_back(std::move(entry));
        else
            lane.waiting.push_front(std::move(entry));
        ++waiting_;
    }

    std::vector<Entry> take(Lane& lane) {
        std::vector<Entry> out;
        std::deque<Entry> held;
        std::size_t octets = 0;
        while (!lane.waiting.empty() && out.size() < limits_.messages) {
            auto& entry = lane.waiting.front();
            if (!out.empty() && octets + entry.octets > limits_.octets) break;
            bool same = false;
            for (const auto& other : out) same = same || other.fingerprint == entry.fingerprint;
            if (same) {
                held.push_back(std::move(entry));
            } else {
                octets += entry.octets;
                out.push_back(std::move(entry));
            }
            lane.waiting.pop_front();
        }
        while (!held.empty()) {
            lane.waiting.push_front(std::move(held.back()));
            held.pop_back();
        }
        waiting_ -= out.size();
        return out;
    }

    BatchLimits limits_;
    std::map<TenantId, Lane> lanes_;
    std::deque<TenantId> turns_;  // tenants with something waiting and none in flight, longest waiting first
    std::size_t waiting_ = 0;
    std::size_t in_flight_ = 0;
};

}  // namespace sky::delivery
