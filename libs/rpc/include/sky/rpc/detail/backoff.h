#pragma once
// When a broken stream may be opened again: at once after one that worked, then after 50 ms, doubling to half a second.
#include <algorithm>
#include <chrono>

#include "sky/async/timer.h"

namespace sky::rpc::detail {

class Backoff {
  public:
    // `when` may lie in the past: a break is noticed by the next call, but the pause runs from the break.
    void ended(bool worked, Deadline when = std::chrono::steady_clock::now()) {
        if (worked) pause_ = std::chrono::milliseconds::zero();
        not_before_ = when + pause_;
        pause_ = std::clamp(pause_ * 2, std::chrono::milliseconds(50), std::chrono::milliseconds(500));
    }
    bool may_try() const { return passed(not_before_); }
    Deadline not_before() const { return not_before_; }

  private:
    std::chrono::milliseconds pause_{0};
    Deadline not_before_{};
};

}  // namespace sky::rpc::detail
