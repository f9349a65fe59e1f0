#include "sky/ical/zone.h"

#include <algorithm>

#include "sky/base/ascii.h"

namespace sky::ical {
namespace {

constexpr std::size_t max_observances = 1'000;
constexpr long reach_steps = 200'000;

// UTC-OFFSET, RFC 5545 §3.3.14.
std::optional<Seconds> offset(const Property* property) {
    if (!property || property->value.size() < 5 || property->value.size() > 7) return std::nullopt;
    const std::string_view value = property->value;
    if (value[0] != '+' && value[0] != '-') return std::nullopt;
    const auto number = ascii::number(value.substr(1));
    if (!number) return std::nullopt;
    const std::uint64_t full = value.size() == 7 ? *number : *number * 100;
    const auto seconds = static_cast<Seconds>(full / 10'000 * 3600 + full / 100 % 100 * 60 + full % 100);
    if (seconds > day_seconds) return std::nullopt;
    return value[0] == '-' ? -seconds : seconds;
}

}  // namespace

std::optional<Zone> Zone::from(const Component& vtimezone) {
    Zone out;
    if (vtimezone.components.size() > max_observances) return std::nullopt;
    for (const Component& part : vtimezone.components) {
        if (part.name != "STANDARD" && part.name != "DAYLIGHT") continue;
        const Property* start = part.property("DTSTART");
        const auto from = offset(part.property("TZOFFSETFROM")), to = offset(part.property("TZOFFSETTO"));
        const auto moment = start ? moment_of(*start) : std::nullopt;
        if (!moment || !from || !to) return std::nullopt;
        Observance observance{.start = moment->clock, .from = *from, .to = *to, .rule = std::nullopt, .dates = {}};
        for (const Property& property : part.properties) {
            if (property.name == "RRULE") {
                observance.rule = parse_rule(property.value);
                if (!observance.rule) return std::nullopt;
            } else if (property.name == "RDATE") {
                for (std::string_view value : ascii::split(property.value, ',')) {
                    if (auto date = parse_moment(value)) observance.dates.push_back(date->clock);
                }
            }
        }
        out.observances_.push_back(std::move(observance));
    }
    if (out.observances_.empty()) return std::nullopt;
    return out;
}

// Works transitions out until a good while after `clock`.
void Zone::reach(Seconds clock) const {
    if (clock <= horizon_ || observances_.empty()) return;
    horizon_ = clock + 10 * 366 * day_seconds;
    transitions_.clear();
    Steps steps(reach_steps);
    for (const Observance& observance : observances_) {
        const auto add = [&](Seconds at) { transitions_.push_back({at, at - observance.from, observance.from, observance.to}); };
        if (observance.rule) {
            std::optional<Seconds> until;
            if (observance.rule->until) {
                until = observance.rule->until->clock + (observance.rule->until->form == Form::utc ? observance.from : 0);
            }
            Walk walk(*observance.rule, observance.start, until, steps);
            while (auto at = walk.next()) {
                if (*at > horizon_) break;
                add(*at);
            }
        } else {
            add(observance.start);
        }
        for (Seconds date : observance.dates) add(date);
    }
    std::sort(transitions_.begin(), transitions_.end(), [](const Transition& a, const Transition& b) { return a.utc < b.utc; });
}

// Before all transitions; there may be none yet within reach.
Seconds Zone::first_offset() const {
    return std::min_element(observances_.begin(), observances_.end(),
                            [](const Observance& a, const Observance& b) { return a.start < b.start; })
        ->from;
}

Seconds Zone::to_utc(Seconds clock) const {
    if (observances_.empty()) return clock;
    reach(clock);
    const auto after = std::upper_bound(transitions_.begin(), transitions_.end(), clock,
                                        [](Seconds value, const Transition& transition) { return value < transition.clock; });
    if (after == transitions_.begin()) return clock - first_offset();
    const Transition& last = *std::prev(after);
    const bool in_gap = last.to > last.from && clock < last.clock + (last.to - last.from);
    return clock - (in_gap ? last.from : last.to);
}

Seconds Zone::to_clock(Seconds utc) const {
    if (observances_.empty()) return utc;
    reach(utc + day_seconds);
    const auto after = std::upper_bound(transitions_.begin(), transitions_.end(), utc,
                                        [](Seconds value, const Transition& transition) { return value < transition.utc; });
    return utc + (after == transitions_.begin() ? first_offset() : std::prev(after)->to);
}

}  // namespace sky::ical
