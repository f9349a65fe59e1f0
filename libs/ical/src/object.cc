#include "sky/ical/object.h"

#include <algorithm>
#include <set>

#include "sky/base/ascii.h"
#include "span.h"

namespace sky::ical {
namespace {

constexpr std::size_t max_uid = 1'000;
constexpr std::size_t max_title = 1'000;
constexpr std::size_t max_zones = 100;

Refusal wrong(std::string text) { return {Rule4791::valid_calendar_object_resource, std::move(text)}; }
Refusal unreadable(std::string text) { return {Rule4791::valid_calendar_data, std::move(text)}; }

// Cut at an octet limit without splitting a character.
std::string clipped(std::string text, std::size_t limit) {
    if (text.size() <= limit) return text;
    while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0) == 0x80) --limit;
    text.resize(limit);
    return text;
}

bool is_date_property(std::string_view name) {
    return name == "DTSTART" || name == "DTEND" || name == "DUE" || name == "RECURRENCE-ID" || name == "COMPLETED" || name == "CREATED";
}

std::size_t count(const Component& component, std::string_view name) {
    return static_cast<std::size_t>(std::count_if(component.properties.begin(), component.properties.end(),
                                                  [&](const Property& property) { return property.name == name; }));
}

}  // namespace

std::string_view component_name(Kind kind) {
    switch (kind) {
        case Kind::event:
            return "VEVENT";
        case Kind::todo:
            return "VTODO";
        case Kind::journal:
            return "VJOURNAL";
    }
    return "VEVENT";
}

std::optional<Kind> kind_of(std::string_view name) {
    for (Kind kind : {Kind::event, Kind::todo, Kind::journal}) {
        if (ascii::equals_ignoring_case(name, component_name(kind))) return kind;
    }
    return std::nullopt;
}

std::string_view precondition(Rule4791 rule) {
    switch (rule) {
        case Rule4791::valid_calendar_data:
            return "valid-calendar-data";
        case Rule4791::valid_calendar_object_resource:
            return "valid-calendar-object-resource";
        case Rule4791::supported_calendar_component:
            return "supported-calendar-component";
        case Rule4791::max_resource_size:
            return "max-resource-size";
        case Rule4791::max_instances:
            return "max-instances";
        case Rule4791::max_attendees_per_instance:
            return "max-attendees-per-instance";
    }
    return "valid-calendar-data";
}

std::expected<Object, Refusal> Object::parse(std::string_view bytes, const Limits& limits) {
    auto tree = parse_tree(bytes, limits);
    if (!tree) return std::unexpected(tree.error());
    Object out;
    out.calendar_ = std::move(*tree);
    if (auto refusal = out.check(limits)) return std::unexpected(std::move(*refusal));
    if (auto refusal = out.summarise(limits)) return std::unexpected(std::move(*refusal));
    return out;
}

// RFC 4791 §4.1.
std::optional<Refusal> Object::check(const Limits& limits) {
    if (const Property* version = calendar_.property("VERSION"); version && version->value != "2.0") {
        return unreadable("only iCalendar 2.0 is understood");
    }
    if (calendar_.property("METHOD")) return wrong("a stored object has no METHOD");
    bool first = true;
    std::set<std::string> recurrences;
    for (const Component& component : calendar_.components) {
        if (component.name == "VTIMEZONE") {
            const Property* id = component.property("TZID");
            auto zone = Zone::from(component);
            if (!id || id->value.empty() || !zone) return unreadable("a VTIMEZONE can't be understood");
            if (zones_.size() >= max_zones) return unreadable("too many time zones");
            zones_.insert_or_assign(id->value, std::move(*zone));
            continue;
        }
        const auto kind = kind_of(component.name);
        if (!kind) return Refusal{Rule4791::supported_calendar_component, "only VEVENT, VTODO and VJOURNAL are stored here"};
        const Property* uid = component.property("UID");
        if (!uid || uid->value.empty() || uid->value.size() > max_uid) return wrong("every component needs a UID");
        const std::string text = text_of(uid->value);
        if (first) {
            summary_.kind = *kind;
            summary_.uid = text;
            first = false;
        }
        if (*kind != summary_.kind) return wrong("one resource holds one kind of component");
        if (text != summary_.uid) return wrong("one resource holds one UID");
        const Property* recurrence = component.property("RECURRENCE-ID");
        if (!recurrences.insert(recurrence ? recurrence->value : "").second) return wrong("two components stand for the same instance");
        if (auto refusal = check_component(component, limits)) return refusal;
    }
    if (first) return wrong("the calendar is empty");
    return std::nullopt;
}

std::optional<Refusal> Object::check_component(const Component& component, const Limits& limits) const {
    std::size_t attendees = 0, dates = 0;
    for (const Property& property : component.properties) {
        if (property.name == "ATTENDEE") ++attendees;
        if (property.name == "RDATE") dates += 1 + static_cast<std::size_t>(std::count(property.value.begin(), property.value.end(), ','));
        if (property.name == "RRULE" && !parse_rule(property.value)) return unreadable("a recurrence rule can't be understood");
        if (is_date_property(property.name) && !moment_of(property)) return unreadable(property.name + " is not a date");
        if (property.name == "DURATION" && !parse_duration(property.value)) return unreadable("DURATION is not a duration");
    }
    if (attendees > limits.attendees) return Refusal{Rule4791::max_attendees_per_instance, "too many attendees"};
    if (dates > limits.instances || count(component, "RRULE") > 10) return Refusal{Rule4791::max_instances, "too many instances"};
    if (component.name == "VEVENT" && !component.property("DTSTART")) return unreadable("an event needs DTSTART");
    if (component.property("DURATION") && (component.property("DTEND") || component.property("DUE"))) {
        return unreadable("DURATION and an end exclude each other");
    }
    return std::nullopt;
}

std::optional<Refusal> Object::summarise(const Limits& limits) {
    const Component* face = nullptr;  // the master, or the first override where there is none
    for (const Component& component : calendar_.components) {
        if (component.name == "VTIMEZONE") continue;
        const bool master = !component.property("RECURRENCE-ID");
        if (master || !face) face = &component;
        if (component.property("RRULE") || component.property("RDATE")) summary_.recurring = true;
    }
    if (const Property* title = face->property("SUMMARY")) summary_.title = clipped(text_of(title->value), max_title);
    if (const Property* sequence = face->property("SEQUENCE")) {
        summary_.sequence = static_cast<std::int64_t>(ascii::number(sequence->value, INT32_MAX).value_or(0));
    }
    // Zones this object names but does not define.
    for (const Component& component : calendar_.components) {
        for (const Property& property : component.properties) {
            const std::string tzid(property.first("TZID"));
            if (tzid.empty() || zones_.contains(tzid) || zones_.size() >= max_zones) continue;
            zones_.emplace(tzid, system_zone(tzid).value_or(Zone()));
        }
    }
    const auto bounds = bounds_of(*this, limits);
    if (!bounds) return Refusal{Rule4791::max_instances, "the instances of this recurrence can't be worked out within the limit"};
    summary_.starts = bounds->start;
    summary_.ends = bounds->end;
    return std::nullopt;
}

Seconds Object::to_utc(const Moment& moment, const Zone& floating) const {
    switch (moment.form) {
        case Form::utc:
            return moment.clock;
        case Form::zoned:
            if (auto found = zones_.find(moment.tzid); found != zones_.end()) return found->second.to_utc(moment.clock);
            return moment.clock;
        default:
            return floating.to_utc(moment.clock);
    }
}

Seconds Object::to_clock(Seconds utc, const Moment& frame, const Zone& floating) const {
    switch (frame.form) {
        case Form::utc:
            return utc;
        case Form::zoned:
            if (auto found = zones_.find(frame.tzid); found != zones_.end()) return found->second.to_clock(utc);
            return utc;
        default:
            return floating.to_clock(utc);
    }
}

}  // namespace sky::ical
