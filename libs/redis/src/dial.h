#pragma once
// A connection that is signed in and answers.
#include "sky/net/stream.h"
#include "sky/redis/options.h"

namespace sky::redis {

inline constexpr std::chrono::milliseconds dial_limit{1000};

Task<Result<net::Stream>> dial(Options options);

// Pauses between attempts: 50 ms, doubling to 2 s.
class Pause {
  public:
    void worked() { next_ = shortest; }
    Task<void> wait() {
        const auto now = next_;
        next_ = std::min(next_ * 2, std::chrono::milliseconds(2000));
        return sleep_for(now);
    }

  private:
    static constexpr std::chrono::milliseconds shortest{50};
    std::chrono::milliseconds next_ = shortest;
};

}  // namespace sky::redis
