#pragma once
// Recurrence rules (RFC 5545 §3.3.10), expanded by our own walk: libical's iterator can search for centuries inside one call,
// this one pays for every step from a budget (contract S55).
#include <optional>
#include <string_view>
#include <vector>

#include "sky/ical/moment.h"

namespace sky::ical {

// What one query may spend. Shared by every rule it touches.
class Steps {
  public:
    explicit Steps(long budget = 100'000) : left_(budget) {}
    bool take(long count = 1) {
        left_ -= count;
        return left_ >= 0;
    }
    bool spent() const { return left_ < 0; }
    long left() const { return left_; }

  private:
    long left_;
};

enum class Frequency { secondly, minutely, hourly, daily, weekly, monthly, yearly };

struct Weekday {
    int nth = 0;  // 0: every; -1: the last
    int day = 0;  // 0 is Sunday
};

struct Rule {
    Frequency frequency = Frequency::daily;
    int interval = 1;
    std::optional<long> count;
    std::optional<Moment> until;
    int week_start = 1;
    std::vector<int> by_second, by_minute, by_hour, by_month_day, by_year_day, by_week_no, by_month, by_set_pos;
    std::vector<Weekday> by_day;
};

// Nothing if the text is no rule, or one of RFC 7529 (RSCALE), which we don't offer.
std::optional<Rule> parse_rule(std::string_view text);

// The instances of one rule in ascending order, as clock readings in DTSTART's own frame. DTSTART is always the first (RFC 5545 §3.8.5.3).
class Walk {
  public:
    // `until` is the rule's UNTIL in DTSTART's frame, inclusive. `rule` and `steps` outlive the walk.
    Walk(const Rule& rule, Seconds start, std::optional<Seconds> until, Steps& steps);
    // Leaps to the period before `clock`; without effect on rules that count their instances.
    void skip_to(Seconds clock);
    // The next instance; nothing at the end, past year 9999, or when the steps are spent.
    std::optional<Seconds> next();

  private:
    bool fill();
    void fill_days(const std::vector<Seconds>& days);
    void fill_clock();
    void select_positions();

    const Rule& rule_;
    Seconds start_;
    std::optional<Seconds> until_;
    Steps& steps_;
    Seconds period_ = 0;
    long counted_ = 0;
    bool first_ = true;
    bool ended_ = false;
    std::vector<Seconds> found_;
    std::size_t at_ = 0;
    std::vector<int> hours_, minutes_, seconds_;
};

}  // namespace sky::ical
