#include "sky/ical/recur.h"

#include <algorithm>

#include "days.h"

namespace sky::ical {
namespace {

const Seconds last_day = day_of(9999, 12, 31);

std::vector<int> ordered(std::vector<int> list, int otherwise) {
    if (list.empty()) return {otherwise};
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
    return list;
}

bool allows(const std::vector<int>& list, int value) { return list.empty() || std::find(list.begin(), list.end(), value) != list.end(); }

Seconds unit_of(Frequency frequency) {
    switch (frequency) {
        case Frequency::secondly:
            return 1;
        case Frequency::minutely:
            return 60;
        case Frequency::hourly:
            return 3600;
        case Frequency::weekly:
            return 7 * day_seconds;
        default:
            return day_seconds;
    }
}

Seconds first_day_of_week(Seconds day, int week_start) { return day - (weekday_of(day) - week_start + 7) % 7; }

Seconds months(Seconds day) {
    const Date date = date_of(day);
    return Seconds{date.year} * 12 + date.month - 1;
}

}  // namespace

Walk::Walk(const Rule& rule, Seconds start, std::optional<Seconds> until, Steps& steps)
    : rule_(rule), start_(start), until_(until), steps_(steps) {
    const auto inside = static_cast<int>(start - midnight(start));
    hours_ = ordered(rule.by_hour, inside / 3600);
    minutes_ = ordered(rule.by_minute, inside / 60 % 60);
    seconds_ = ordered(rule.by_second, inside % 60);
}

void Walk::skip_to(Seconds clock) {
    if (rule_.count || clock <= start_) return;
    Seconds passed = 0;
    const Seconds from = floor_day(start_), to = std::min(floor_day(clock), last_day);
    if (rule_.frequency == Frequency::yearly)
        passed = date_of(to).year - date_of(from).year;
    else if (rule_.frequency == Frequency::monthly)
        passed = months(to) - months(from);
    else
        passed = (std::min(clock, last_day * day_seconds) - start_) / unit_of(rule_.frequency);
    const Seconds target = passed / rule_.interval - 1;
    if (target <= period_) return;
    period_ = target;
    first_ = false;
    found_.clear();
    at_ = 0;
}

std::optional<Seconds> Walk::next() {
    if (ended_) return std::nullopt;
    Seconds candidate = start_;
    if (first_) {
        first_ = false;
    } else {
        do {
            while (at_ == found_.size()) {
                if (!fill()) {
                    ended_ = true;
                    return std::nullopt;
                }
            }
            candidate = found_[at_++];
        } while (candidate <= start_);
    }
    if ((until_ && candidate > *until_) || (rule_.count && counted_ >= *rule_.count)) {
        ended_ = true;
        return std::nullopt;
    }
    ++counted_;
    return candidate;
}

// Works out one period; false at the end of time or budget.
bool Walk::fill() {
    found_.clear();
    at_ = 0;
    if (!steps_.take()) return false;
    const Seconds start_day = floor_day(start_);
    const Seconds step = period_ * rule_.interval;
    switch (rule_.frequency) {
        case Frequency::yearly: {
            const Seconds year = date_of(start_day).year + step;
            if (year > 9999 || !steps_.take(12)) return false;
            fill_days(days_of_year(rule_, static_cast<int>(year), start_day));
            break;
        }
        case Frequency::monthly: {
            const Seconds month = months(start_day) + step;
            if (month / 12 > 9999) return false;
            fill_days(days_of_month(rule_, static_cast<int>(month / 12), static_cast<int>(month % 12) + 1, start_day));
            break;
        }
        case Frequency::weekly: {
            const Seconds first = first_day_of_week(start_day, rule_.week_start) + step * 7;
            if (first > last_day) return false;
            fill_days(days_of_week(rule_, first, start_day));
            break;
        }
        case Frequency::daily: {
            const Seconds day = start_day + step;
            if (day > last_day) return false;
            if (passes(rule_, day)) fill_days({day});
            break;
        }
        default:
            if (start_ + step * unit_of(rule_.frequency) > last_day * day_seconds) return false;
            fill_clock();
            return !steps_.spent();
    }
    ++period_;
    return !steps_.spent();
}

void Walk::fill_days(const std::vector<Seconds>& days) {
    for (Seconds day : days) {
        for (int hour : hours_) {
            for (int minute : minutes_) {
                for (int second : seconds_) {
                    if (!steps_.take()) return;
                    found_.push_back(day * day_seconds + hour * 3600 + minute * 60 + second);
                }
            }
        }
    }
    select_positions();
}

// HOURLY and finer: where a day, hour or minute does not fit, leap over all of it at once.
void Walk::fill_clock() {
    const Seconds unit = unit_of(rule_.frequency), stride = unit * rule_.interval;
    const Seconds clock = start_ + period_ * stride;
    const auto inside = static_cast<int>(clock - midnight(clock));
    const int hour = inside / 3600, minute = inside / 60 % 60, second = inside % 60;
    Seconds past = 0;  // nothing before this clock can fit
    if (!passes(rule_, floor_day(clock)))
        past = midnight(clock) + day_seconds;
    else if (!allows(rule_.by_hour, hour))
        past = midnight(clock) + (hour + 1) * 3600;
    else if (unit < 3600 && !allows(rule_.by_minute, minute))
        past = clock - second + 60;
    else if (unit < 60 && !allows(rule_.by_second, second))
        past = clock + 1;
    if (past != 0) {
        // The period is named by its start: one that begins at :59 still covers the minutes after it, so leap to the last that may reach
        // there.
        period_ = std::max(period_ + 1, (past - start_) / stride);
        return;
    }
    ++period_;
    const Seconds base = clock - (unit == 3600 ? minute * 60 + second : unit == 60 ? second : 0);
    if (unit == 1) {
        found_.push_back(clock);
    } else {
        static const std::vector<int> only_zero{0};
        for (int m : unit == 3600 ? minutes_ : only_zero) {
            for (int s : seconds_) {
                if (!steps_.take()) return;
                found_.push_back(base + m * 60 + s);
            }
        }
    }
    select_positions();
}

void Walk::select_positions() {
    if (rule_.by_set_pos.empty()) return;
    std::vector<Seconds> chosen;
    const int count = static_cast<int>(found_.size());
    for (int position : rule_.by_set_pos) {
        const int index = position > 0 ? position - 1 : count + position;
        if (index >= 0 && index < count) chosen.push_back(found_[static_cast<std::size_t>(index)]);
    }
    std::sort(chosen.begin(), chosen.end());
    chosen.erase(std::unique(chosen.begin(), chosen.end()), chosen.end());
    found_ = std::move(chosen);
}

}  // namespace sky::ical
