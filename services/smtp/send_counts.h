#pragma once
// Messages that each account has sent, by hour and day of the clock (UTC), as this shard saw it. Pure.
#include <cstdint>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "sky/base/clock.h"
#include "sky/base/uuid.h"
#include "sky/identity/principal.h"

namespace sky::smtpd {

// The hour and the day that a message counts in, numbered from 1970 on.
struct SendWindows {
    std::int64_t hour = 0, day = 0;
    bool operator==(const SendWindows&) const = default;
};
SendWindows windows_at(Time now);

enum class Full { no, hour, day };

// "you may send 20 messages an hour, try again in 17 minutes"
std::string refusal_text(Full full, const identity::SendLimits& limits, Time now);

class SendCounts {
  public:
    // Counts one in both windows, unless one of them is full.
    Full take(AccountId account, SendWindows windows, const identity::SendLimits& limits);
    // One less, where its windows are not over.
    void give_back(AccountId account, SendWindows windows);
    // False: a message under this id was counted before, this hour or the last.
    bool is_first(const Uuid& ingest, SendWindows windows);

  private:
    struct Counts {
        SendWindows windows;
        std::uint32_t hour = 0, day = 0;
    };
    void forget_old(SendWindows windows);
    SendWindows now_;
    std::unordered_map<std::int64_t, Counts> counts_;
    std::unordered_set<std::string> this_hour_, last_hour_;  // ids
};

}  // namespace sky::smtpd
