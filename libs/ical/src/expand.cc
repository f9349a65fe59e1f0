#include "sky/ical/expand.h"

#include <algorithm>

namespace sky::ical {
namespace {

constexpr std::size_t line_octets = 75;

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

void fold(const std::string& line, std::string& out) {
    std::size_t at = 0, room = line_octets;
    while (line.size() - at > room) {
        std::size_t cut = at + room;
        while (cut > at + 1 && continues_character(line[cut])) --cut;
        out.append(line, at, cut - at);
        out += "\r\n ";
        at = cut;
        room = line_octets - 1;
    }
    out.append(line, at);
    out += "\r\n";
}

void write_into(const Component& component, std::string& out) {
    out += "BEGIN:" + component.name + "\r\n";
    for (const Property& property : component.properties) {
        std::string line = property.name;
        for (const Parameter& parameter : property.parameters) {
            line += ";" + parameter.name + "=";
            for (std::size_t i = 0; i < parameter.values.size(); ++i) {
                const std::string& value = parameter.values[i];
                const bool quote = value.find_first_of(":;,") != std::string::npos;
                line += std::string(i ? "," : "") + (quote ? "\"" : "") + value + (quote ? "\"" : "");
            }
        }
        fold(line + ":" + property.value, out);
    }
    for (const Component& child : component.components) write_into(child, out);
    out += "END:" + component.name + "\r\n";
}

Property moment_property(std::string name, Seconds utc, bool date) {
    if (!date) return {std::move(name), {}, write_utc(utc)};
    return {std::move(name), {{"VALUE", {"DATE"}}}, write_date(utc)};
}

// A date's instance was read in `floating`; its own day is what that zone's clock showed.
Component instance_of(const Instance& instance, bool recurring, const Zone& floating) {
    const auto shown = [&](Seconds utc) { return instance.all_day ? floating.to_clock(utc) : utc; };
    Component out;
    out.name = instance.component->name;
    out.components = instance.component->components;
    for (const Property& property : instance.component->properties) {
        const std::string& name = property.name;
        if (name == "RRULE" || name == "RDATE" || name == "EXDATE" || name == "EXRULE" || name == "RECURRENCE-ID") continue;
        if (name == "DTSTART") {
            out.properties.push_back(moment_property(name, shown(instance.start), instance.all_day));
        } else if (name == "DTEND" || name == "DUE") {
            const bool only_due = name == "DUE" && !instance.component->property("DTSTART");
            out.properties.push_back(moment_property(name, shown(only_due ? instance.start : instance.end), instance.all_day));
        } else {
            out.properties.push_back(property);
        }
    }
    if (recurring) out.properties.push_back(moment_property("RECURRENCE-ID", shown(instance.recurrence), instance.all_day));
    return out;
}

}  // namespace

std::string write(const Component& component) {
    std::string out;
    write_into(component, out);
    return out;
}

std::expected<std::string, Refusal> expand(const Object& object, const TimeRange& range, const Zone& floating, const Limits& limits) {
    Component calendar;
    calendar.name = "VCALENDAR";
    calendar.properties = object.calendar().properties;
    const Summary& summary = object.summary();
    Steps steps(limits.steps);
    const Outcome outcome = object.instances(range, floating, steps, [&](const Instance& instance) {
        const bool recurring = summary.recurring || instance.component->property("RECURRENCE-ID");
        if (instance.component->property("DTSTART") || instance.component->property("DUE"))
            calendar.components.push_back(instance_of(instance, recurring, floating));
        else
            calendar.components.push_back(*instance.component);
        return calendar.components.size() <= limits.instances;
    });
    if (outcome != Outcome::complete) return std::unexpected(Refusal{Rule4791::max_instances, "too many instances in this time"});
    return write(calendar);
}

}  // namespace sky::ical
