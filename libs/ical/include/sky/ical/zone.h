#pragma once
// A time zone as an object defines it (VTIMEZONE, RFC 5545 §3.6.5). Transitions are worked out when asked for, within a budget.
#include <optional>
#include <string>
#include <vector>

#include "sky/ical/recur.h"

namespace sky::ical {

class Zone {
  public:
    Zone() = default;  // UTC
    // Nothing if the component lacks what a zone needs or holds more than 1,000 observances.
    static std::optional<Zone> from(const Component& vtimezone);

    // RFC 5545 §3.3.5: a time that occurs twice is its first, one that is skipped counts with the offset before the gap.
    Seconds to_utc(Seconds clock) const;
    Seconds to_clock(Seconds utc) const;

  private:
    struct Observance {
        Seconds start = 0;  // clock of offset `from`
        Seconds from = 0;
        Seconds to = 0;
        std::optional<Rule> rule;
        std::vector<Seconds> dates;
    };
    struct Transition {
        Seconds clock;  // in the offset before it
        Seconds utc;
        Seconds from;
        Seconds to;
    };
    void reach(Seconds clock) const;
    Seconds first_offset() const;

    std::vector<Observance> observances_;
    mutable std::vector<Transition> transitions_;
    mutable Seconds horizon_ = INT64_MIN;
};

// The zone of that name on this machine (an IANA name), for objects that name a zone without defining it (RFC 7809 §2).
std::optional<Zone> system_zone(const std::string& tzid);

}  // namespace sky::ical
