#pragma once
// Time, injected. Wall time is for headers, expiry and tokens; waiting uses steady timers and never this.
#include <chrono>

namespace sky {

using Time = std::chrono::system_clock::time_point;

class Clock {
  public:
    virtual ~Clock() = default;
    virtual Time now() const = 0;
};

class SystemClock final : public Clock {
  public:
    Time now() const override { return std::chrono::system_clock::now(); }
};

// For tests: stands still until told.
class ManualClock final : public Clock {
  public:
    explicit ManualClock(Time start = Time{std::chrono::seconds{1'700'000'000}}) : now_(start) {}
    Time now() const override { return now_; }
    void advance(std::chrono::system_clock::duration by) { now_ += by; }

  private:
    Time now_;
};

// Whole seconds and microseconds since the Unix epoch.
inline std::int64_t unix_seconds(Time t) { return std::chrono::duration_cast<std::chrono::seconds>(t.time_since_epoch()).count(); }
inline std::int64_t unix_micros(Time t) { return std::chrono::duration_cast<std::chrono::microseconds>(t.time_since_epoch()).count(); }
inline Time from_unix_micros(std::int64_t micros) { return Time{std::chrono::microseconds{micros}}; }

}  // namespace sky
