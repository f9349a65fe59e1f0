// CALDAV:filter (RFC 4791 §9.7 to §9.9).
#include "sky/base/ascii.h"
#include "sky/dav-proto/request.h"

namespace sky::dav {
namespace {

std::unexpected<Error> invalid() { return unexpected(Fault::unsupported, "valid-filter"); }

// At least one side, both in UTC, start before end (RFC 4791 §9.9).
Result<ical::TimeRange> range_of(const Element& element) {
    ical::TimeRange out;
    const auto side = [&](std::string_view name, std::optional<ical::Seconds>& into) {
        const auto value = element.find_attribute(name);
        if (!value) return true;
        const auto moment = ical::parse_moment(*value);
        if (!moment || moment->form != ical::Form::utc) return false;
        into = moment->clock;
        return true;
    };
    if (!side("start", out.start) || !side("end", out.end) || (!out.start && !out.end)) return invalid();
    if (out.start && out.end && *out.start >= *out.end) return invalid();
    return out;
}

Result<ical::TextMatch> text_of(const Element& element) {
    ical::TextMatch out{.text = element.text};
    const std::string_view collation = element.attribute("collation");
    if (collation == "i;octet")
        out.collation = ical::Collation::octet;
    else if (!collation.empty() && collation != "i;ascii-casemap" && collation != "default")
        return unexpected(Fault::unsupported, "supported-collation");
    out.negate = element.attribute("negate-condition") == "yes";
    return out;
}

// The name attribute, upper case as iCalendar names are kept.
std::string name_of(const Element& element) { return ascii::to_upper(element.attribute("name")); }

Result<ical::ParameterFilter> parameter_of(const Element& element) {
    ical::ParameterFilter out{.name = name_of(element)};
    if (out.name.empty()) return invalid();
    for (const auto& child : element.children) {
        if (child.is(ns::caldav, "is-not-defined")) {
            out.presence = ical::Presence::absent;
        } else if (child.is(ns::caldav, "text-match")) {
            auto text = text_of(child);
            if (!text) return forward(text);
            out.text = std::move(*text);
        } else {
            return invalid();
        }
    }
    return out;
}

Result<ical::PropertyFilter> property_of(const Element& element) {
    ical::PropertyFilter out{.name = name_of(element)};
    if (out.name.empty()) return invalid();
    for (const auto& child : element.children) {
        if (child.is(ns::caldav, "is-not-defined")) {
            out.presence = ical::Presence::absent;
        } else if (child.is(ns::caldav, "time-range")) {
            auto range = range_of(child);
            if (!range) return forward(range);
            out.range = *range;
        } else if (child.is(ns::caldav, "text-match")) {
            auto text = text_of(child);
            if (!text) return forward(text);
            out.text = std::move(*text);
        } else if (child.is(ns::caldav, "param-filter")) {
            auto parameter = parameter_of(child);
            if (!parameter) return forward(parameter);
            out.parameters.push_back(std::move(*parameter));
        } else {
            return invalid();
        }
    }
    return out;
}

Result<ical::ComponentFilter> component_of(const Element& element) {
    ical::ComponentFilter out{.name = name_of(element)};
    if (out.name.empty()) return invalid();
    for (const auto& child : element.children) {
        if (child.is(ns::caldav, "is-not-defined")) {
            out.presence = ical::Presence::absent;
        } else if (child.is(ns::caldav, "time-range")) {
            auto range = range_of(child);
            if (!range) return forward(range);
            out.range = *range;
        } else if (child.is(ns::caldav, "prop-filter")) {
            auto property = property_of(child);
            if (!property) return forward(property);
            out.properties.push_back(std::move(*property));
        } else if (child.is(ns::caldav, "comp-filter")) {
            auto component = component_of(child);
            if (!component) return component;
            out.components.push_back(std::move(*component));
        } else {
            return invalid();
        }
    }
    return out;
}

}  // namespace

Result<ical::ComponentFilter> parse_filter(const Element& filter) {
    const Element* outer = filter.child(ns::caldav, "comp-filter");
    if (!outer || filter.children.size() != 1) return invalid();
    auto out = component_of(*outer);
    if (out && (out->name != "VCALENDAR" || out->range)) return invalid();
    return out;
}

}  // namespace sky::dav
