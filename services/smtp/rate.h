#pragma once
// New connections a minute by address, in this shard's memory: enough to keep one peer from eating the accept loop.
#include <chrono>
#include <cstdint>
#include <string>
#include <unordered_map>

#include "sky/async/timer.h"

namespace sky::smtpd {

class Rate {
  public:
    explicit Rate(std::uint32_t each_minute) : most_(each_minute) {}

    // Counts one; false when the key has had its share of the current minute.
    bool take(const std::string& key, Deadline now) {
        if (now - begun_ >= std::chrono::minutes(1) || counts_.size() > 100'000) {
            counts_.clear();
            begun_ = now;
        }
        return ++counts_[key] <= most_;
    }

  private:
    std::uint32_t most_;
    Deadline begun_{};
    std::unordered_map<std::string, std::uint32_t> counts_;
};

}  // namespace sky::smtpd
