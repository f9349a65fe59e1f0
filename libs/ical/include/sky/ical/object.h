#pragma once
// A calendar object resource (RFC 4791 §4.1): one UID, one kind of component besides VTIMEZONE, no METHOD.
#include <expected>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sky/ical/zone.h"

namespace sky::ical {

enum class Kind { event, todo, journal };
std::string_view component_name(Kind kind);                    // VEVENT, VTODO, VJOURNAL
std::optional<Kind> kind_of(std::string_view component_name);  // any case

// What one resource and one query may cost (contract §7).
struct Limits {
    std::size_t octets = 1 << 20;
    std::size_t properties = 50'000;
    std::size_t head = 8 << 10;  // property name and parameters of one line
    int depth = 8;
    std::size_t attendees = 500;
    std::size_t instances = 3'000;
    long steps = 100'000;
};

// Why bytes are refused, in the words of RFC 4791 §5.3.2.1.
enum class Rule4791 {
    valid_calendar_data,
    valid_calendar_object_resource,
    supported_calendar_component,
    max_resource_size,
    max_instances,
    max_attendees_per_instance,
};
std::string_view precondition(Rule4791 rule);  // the element's name, "valid-calendar-data"

struct Refusal {
    Rule4791 rule;
    std::string text;
};

// Seconds of UTC, half open; an absent side is open.
struct TimeRange {
    std::optional<Seconds> start;
    std::optional<Seconds> end;
};

// What the store keeps beside the bytes. No instance lies outside [starts, ends], wherever the reader of floating times may be;
// an absent side is open.
struct Summary {
    std::string uid;
    Kind kind = Kind::event;
    std::string title;  // SUMMARY, at most 1,000 octets
    std::optional<Seconds> starts;
    std::optional<Seconds> ends;
    bool recurring = false;
    std::int64_t sequence = 0;
};

struct Instance {
    Seconds start = 0;  // UTC
    Seconds end = 0;
    bool all_day = false;
    Seconds recurrence = 0;                // UTC of the instance before any override moved it
    const Component* component = nullptr;  // master or override; belongs to the Object
};

enum class Outcome { complete, stopped, over_budget };

class Object {
  public:
    static std::expected<Object, Refusal> parse(std::string_view bytes, const Limits& limits = {});

    const Component& calendar() const { return calendar_; }
    const Summary& summary() const { return summary_; }

    // Calls `each` for the instances that overlap the range by RFC 4791 §9.9, until it returns false. Floating times and dates are read in
    // `floating`.
    Outcome instances(const TimeRange& range, const Zone& floating, Steps& steps, const std::function<bool(const Instance&)>& each) const;

    // Whether one exists. An object too costly to decide counts as a match: its owner sees it rather than misses it.
    bool overlaps(const TimeRange& range, const Zone& floating, Steps& steps) const;

    Seconds to_utc(const Moment& moment, const Zone& floating) const;
    Seconds to_clock(Seconds utc, const Moment& frame, const Zone& floating) const;

  private:
    std::optional<Refusal> check(const Limits& limits);
    std::optional<Refusal> check_component(const Component& component, const Limits& limits) const;
    std::optional<Refusal> summarise(const Limits& limits);

    Component calendar_;
    Summary summary_;
    std::map<std::string, Zone, std::less<>> zones_;
};

// The stream as a tree, within the limits; no rule of RFC 4791 is asked yet.
std::expected<Component, Refusal> parse_tree(std::string_view bytes, const Limits& limits = {});

}  // namespace sky::ical
