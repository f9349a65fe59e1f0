// From octets to a tree. libical reads the stream; before it sees a byte, one linear pass of our own refuses what it can't bear:
// its components are freed by recursion, and long parameter lists cost it quadratic time.
#include <libical/ical.h>

#include <cstdlib>
#include <memory>

#include "sky/base/ascii.h"
#include "sky/ical/object.h"

namespace sky::ical {
namespace {

struct FreeComponent {
    void operator()(icalcomponent* component) const { icalcomponent_free(component); }
};
using OwnedComponent = std::unique_ptr<icalcomponent, FreeComponent>;

std::string take(char* text) {
    const std::unique_ptr<char, decltype(&std::free)> owned(text, &std::free);
    return owned ? std::string(owned.get()) : std::string();
}

std::unexpected<Refusal> refuse(Rule4791 rule, std::string text) { return std::unexpected(Refusal{rule, std::move(text)}); }

// libical silently forgets what follows the 500th value of a property: longer lists become several properties. Returns the number of
// values.
std::size_t split_dates(std::string_view line, std::size_t head, std::string& out) {
    constexpr std::size_t most = 400;
    std::size_t count = 0;
    for (std::string_view value : ascii::split(line.substr(head + 1), ',')) {
        if (count % most == 0) {
            if (count) out += '\n';
            out += line.substr(0, head + 1);
        } else {
            out += ',';
        }
        out += value;
        ++count;
    }
    out += '\n';
    return count;
}

// Unfolds (RFC 5545 §3.1) and counts; the result has one content line per LF.
std::expected<std::string, Refusal> unfold(std::string_view bytes, const Limits& limits) {
    std::string out;
    out.reserve(bytes.size());
    while (!bytes.empty()) {
        const std::size_t end = std::min(bytes.find('\n'), bytes.size());
        std::string_view line = bytes.substr(0, end);
        bytes.remove_prefix(std::min(end + 1, bytes.size()));
        if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
        if (!out.empty() && !line.empty() && (line[0] == ' ' || line[0] == '\t')) {
            out.pop_back();
            out += line.substr(1);
        } else {
            out += line;
        }
        out += '\n';
    }
    for (char c : out) {
        const auto octet = static_cast<unsigned char>(c);
        if ((octet < 0x20 && c != '\t' && c != '\n') || octet == 0x7f) {
            return refuse(Rule4791::valid_calendar_data, "a control character is not allowed in iCalendar data");
        }
    }
    if (!ascii::is_utf8(out)) return refuse(Rule4791::valid_calendar_data, "iCalendar data must be UTF-8");
    std::string kept;
    kept.reserve(out.size() + 256);
    std::size_t lines = 0, dates = 0;
    int depth = 0;
    for (std::string_view line : ascii::split(out, '\n')) {
        if (line.empty()) continue;
        if (++lines > limits.properties) return refuse(Rule4791::valid_calendar_data, "too many properties");
        if (ascii::starts_ignoring_case(line, "BEGIN:") && ++depth > limits.depth) {
            return refuse(Rule4791::valid_calendar_data, "components are nested too deeply");
        }
        if (ascii::starts_ignoring_case(line, "END:") && --depth < 0) return refuse(Rule4791::valid_calendar_data, "END without BEGIN");
        bool quoted = false;
        std::size_t head = 0;
        while (head < line.size() && (quoted || line[head] != ':')) quoted ^= line[head++] == '"';
        if (head == line.size()) return refuse(Rule4791::valid_calendar_data, "a line without a colon");
        if (head > limits.head) return refuse(Rule4791::valid_calendar_data, "the parameters of a property are too long");
        if (ascii::starts_ignoring_case(line, "RDATE") || ascii::starts_ignoring_case(line, "EXDATE")) {
            dates += split_dates(line, head, kept);
            if (dates > limits.instances) return refuse(Rule4791::max_instances, "too many dates added to or taken from a recurrence");
        } else {
            kept += line;
            kept += '\n';
        }
    }
    if (depth != 0) return refuse(Rule4791::valid_calendar_data, "BEGIN without END");
    return kept;
}

Parameter parameter_of(icalparameter* parameter) {
    Parameter out;
    const std::string text = take(icalparameter_as_ical_string_r(parameter));
    const std::size_t equals = std::min(text.find('='), text.size());
    out.name = ascii::to_upper(text.substr(0, equals));
    std::string value;
    bool quoted = false;
    for (std::size_t i = equals + 1; i < text.size(); ++i) {
        if (text[i] == '"') {
            quoted = !quoted;
        } else if (text[i] == ',' && !quoted) {
            out.values.push_back(std::move(value));
            value.clear();
        } else {
            value += text[i];
        }
    }
    out.values.push_back(std::move(value));
    return out;
}

// libical leaves a note where it could not read something. An empty value and a strange parameter are common and harmless.
bool is_fatal(icalproperty* note) {
    icalparameter* kind = icalproperty_get_first_parameter(note, ICAL_XLICERRORTYPE_PARAMETER);
    const std::string text = take(icalproperty_get_value_as_string_r(note));
    if (text.starts_with("No value for")) return false;
    if (!kind) return true;
    switch (icalparameter_get_xlicerrortype(kind)) {
        case ICAL_XLICERRORTYPE_PARAMETERNAMEPARSEERROR:
        case ICAL_XLICERRORTYPE_PARAMETERVALUEPARSEERROR:
        case ICAL_XLICERRORTYPE_UNKNOWNVCALPROPERROR:
            return false;
        default:
            return true;
    }
}

std::expected<Component, Refusal> tree_of(icalcomponent* component) {
    Component out;
    const icalcomponent_kind kind = icalcomponent_isa(component);
    const char* name = icalcomponent_kind_to_string(kind);
    out.name = ascii::to_upper(name ? name : "");
    for (icalproperty* property = icalcomponent_get_first_property(component, ICAL_ANY_PROPERTY); property;
         property = icalcomponent_get_next_property(component, ICAL_ANY_PROPERTY)) {
        if (icalproperty_isa(property) == ICAL_XLICERROR_PROPERTY) {
            if (!is_fatal(property)) continue;
            return refuse(Rule4791::valid_calendar_data, ascii::printable(take(icalproperty_get_value_as_string_r(property))));
        }
        Property copy;
        copy.name = ascii::to_upper(take(icalproperty_get_property_name_r(property)));
        for (icalparameter* parameter = icalproperty_get_first_parameter(property, ICAL_ANY_PARAMETER); parameter;
             parameter = icalproperty_get_next_parameter(property, ICAL_ANY_PARAMETER)) {
            copy.parameters.push_back(parameter_of(parameter));
        }
        copy.value = take(icalproperty_get_value_as_string_r(property));
        out.properties.push_back(std::move(copy));
    }
    for (icalcomponent* child = icalcomponent_get_first_component(component, ICAL_ANY_COMPONENT); child;
         child = icalcomponent_get_next_component(component, ICAL_ANY_COMPONENT)) {
        auto copy = tree_of(child);
        if (!copy) return copy;
        out.components.push_back(std::move(*copy));
    }
    return out;
}

}  // namespace

std::expected<Component, Refusal> parse_tree(std::string_view bytes, const Limits& limits) {
    if (bytes.size() > limits.octets) return refuse(Rule4791::max_resource_size, "the calendar object is too large");
    if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
    auto lines = unfold(bytes, limits);
    if (!lines) return std::unexpected(lines.error());
    icalerror_set_errors_are_fatal(0);
    const OwnedComponent parsed(icalparser_parse_string(lines->c_str()));
    if (!parsed) return refuse(Rule4791::valid_calendar_data, "not an iCalendar stream");
    if (icalcomponent_isa(parsed.get()) != ICAL_VCALENDAR_COMPONENT) {
        return refuse(Rule4791::valid_calendar_data, "exactly one VCALENDAR is wanted");
    }
    return tree_of(parsed.get());
}

// The definition libical finds in the machine's zone files, or nothing where there are none.
std::optional<Zone> system_zone(const std::string& tzid) {
    for (char c : tzid) {
        if (!ascii::is_alnum(c) && c != '/' && c != '_' && c != '-' && c != '+') return std::nullopt;
    }
    if (tzid.empty() || tzid.size() > 64) return std::nullopt;
    icaltimezone* found = icaltimezone_get_builtin_timezone(tzid.c_str());
    icalcomponent* component = found ? icaltimezone_get_component(found) : nullptr;
    if (!component) return std::nullopt;
    const OwnedComponent copy(icalcomponent_new_clone(component));
    auto tree = tree_of(copy.get());
    return tree ? Zone::from(*tree) : std::nullopt;
}

}  // namespace sky::ical
