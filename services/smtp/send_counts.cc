#include "smtp/send_counts.h"

#include <algorithm>
#include <chrono>

namespace sky::smtpd {
namespace {
constexpr std::int64_t hour_seconds = 3600, day_seconds = 86'400;
std::int64_t seconds_of(Time now) { return std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count(); }
}  // namespace

SendWindows windows_at(Time now) { return {seconds_of(now) / hour_seconds, seconds_of(now) / day_seconds}; }

std::string refusal_text(Full full, const identity::SendLimits& limits, Time now) {
    const bool hour = full == Full::hour;
    const auto window = hour ? hour_seconds : day_seconds;
    const auto minutes = (window - seconds_of(now) % window + 59) / 60;
    const auto when = minutes <= 120 ? std::to_string(minutes) + " minutes" : std::to_string((minutes + 59) / 60) + " hours";
    return "you may send " + std::to_string(hour ? limits.hour : limits.day) + " messages " + (hour ? "an hour" : "a day") +
           ", try again in " + when;
}

void SendCounts::forget_old(SendWindows windows) {
    if (windows == now_) return;
    if (windows.day != now_.day) std::erase_if(counts_, [&](const auto& each) { return each.second.windows.day != windows.day; });
    if (windows.hour != now_.hour) {
        last_hour_ = windows.hour == now_.hour + 1 ? std::move(this_hour_) : std::unordered_set<std::string>();
        this_hour_.clear();
    }
    now_ = windows;
}

Full SendCounts::take(AccountId account, SendWindows windows, const identity::SendLimits& limits) {
    forget_old(windows);
    Counts& counts = counts_[account.value];
    if (counts.windows.day != windows.day) counts.day = 0;
    if (counts.windows.hour != windows.hour) counts.hour = 0;
    counts.windows = windows;
    if (limits.hour > 0 && counts.hour >= limits.hour) return Full::hour;
    if (limits.day > 0 && counts.day >= limits.day) return Full::day;
    ++counts.hour;
    ++counts.day;
    return Full::no;
}

void SendCounts::give_back(AccountId account, SendWindows windows) {
    const auto found = counts_.find(account.value);
    if (found == counts_.end()) return;
    Counts& counts = found->second;
    if (counts.windows.hour == windows.hour && counts.hour > 0) --counts.hour;
    if (counts.windows.day == windows.day && counts.day > 0) --counts.day;
}

bool SendCounts::is_first(const Uuid& ingest, SendWindows windows) {
    forget_old(windows);
    const std::string id(ingest.bytes());
    if (last_hour_.contains(id)) return false;
    return this_hour_.insert(id).second;
}

}  // namespace sky::smtpd
