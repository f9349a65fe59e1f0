#include "sky/dav-proto/request.h"

#include "sky/base/ascii.h"

namespace sky::dav {
namespace {

constexpr std::size_t max_hrefs = 10'000;

Result<Element> rooted(std::string_view body, std::string_view space, std::string_view local) {
    auto root = parse_xml(body);
    if (root && !root->is(space, local)) return unexpected(Fault::syntax, "the request body is not what this method takes");
    return root;
}

std::vector<Name> names_in(const Element& prop) {
    std::vector<Name> out;
    out.reserve(prop.children.size());
    for (const auto& child : prop.children) out.push_back(child.name);
    return out;
}

// DAV:prop, DAV:allprop or DAV:propname inside a request; prop with nothing when there is none of them.
Propfind props_of(const Element& parent) {
    Propfind out;
    out.kind = Propfind::Kind::prop;
    for (const auto& child : parent.children) {
        if (child.is(ns::dav, "prop"))
            out.props = names_in(child);
        else if (child.is(ns::dav, "allprop"))
            out.kind = Propfind::Kind::allprop;
        else if (child.is(ns::dav, "propname"))
            out.kind = Propfind::Kind::propname;
        else if (child.is(ns::dav, "include"))
            out.props = names_in(child);
    }
    return out;
}

Result<CalendarData> data_of(const Element& parent) {
    CalendarData out;
    const Element* prop = parent.child(ns::dav, "prop");
    const Element* data = prop ? prop->child(ns::caldav, "calendar-data") : nullptr;
    if (!data) return out;
    const auto type = data->find_attribute("content-type"), version = data->find_attribute("version");
    if ((type && !ascii::equals_ignoring_case(*type, "text/calendar")) || (version && *version != "2.0")) {
        return unexpected(Fault::unsupported, "supported-calendar-data");
    }
    const Element* expand = data->child(ns::caldav, "expand");
    if (!expand) return out;
    const auto start = ical::parse_moment(expand->attribute("start")), end = ical::parse_moment(expand->attribute("end"));
    if (!start || !end || start->form != ical::Form::utc || end->form != ical::Form::utc || start->clock >= end->clock) {
        return unexpected(Fault::syntax, "expand needs a start and an end in UTC");
    }
    out.expand = ical::TimeRange{start->clock, end->clock};
    return out;
}

}  // namespace

Result<Depth> parse_depth(std::optional<std::string_view> header, Depth otherwise) {
    if (!header) return otherwise;
    const std::string_view value = ascii::trim(*header);
    if (value == "0") return Depth::zero;
    if (value == "1") return Depth::one;
    if (ascii::equals_ignoring_case(value, "infinity")) return Depth::infinity;
    return unexpected(Fault::syntax, "Depth is 0, 1 or infinity");
}

Result<Propfind> parse_propfind(std::string_view body) {
    if (ascii::trim(body).empty()) return Propfind{};
    auto root = rooted(body, ns::dav, "propfind");
    if (!root) return forward(root);
    int kinds = 0;
    for (const auto& child : root->children)
        kinds += child.is(ns::dav, "prop") || child.is(ns::dav, "allprop") || child.is(ns::dav, "propname");
    if (kinds != 1) return unexpected(Fault::syntax, "propfind holds one of prop, allprop and propname");
    return props_of(*root);
}

Result<std::vector<PropertyUpdate>> parse_proppatch(std::string_view body) {
    auto root = rooted(body, ns::dav, "propertyupdate");
    if (!root) return forward(root);
    std::vector<PropertyUpdate> out;
    for (auto& child : root->children) {
        const bool set = child.is(ns::dav, "set");
        if (!set && !child.is(ns::dav, "remove")) continue;
        for (auto& prop : child.children) {
            if (!prop.is(ns::dav, "prop")) continue;
            for (auto& property : prop.children) {
                out.push_back({set ? PropertyUpdate::Kind::set : PropertyUpdate::Kind::remove, std::move(property)});
            }
        }
    }
    if (out.empty()) return unexpected(Fault::syntax, "propertyupdate changes nothing");
    return out;
}

Result<std::vector<Element>> parse_mkcol(std::string_view body) {
    std::vector<Element> out;
    if (ascii::trim(body).empty()) return out;
    auto root = parse_xml(body);
    if (!root) return forward(root);
    if (!root->is(ns::caldav, "mkcalendar") && !root->is(ns::dav, "mkcol"))
        return unexpected(Fault::syntax, "the request body is not what this method takes");
    for (auto& child : root->children) {
        if (!child.is(ns::dav, "set")) continue;
        for (auto& prop : child.children) {
            if (!prop.is(ns::dav, "prop")) continue;
            for (auto& property : prop.children) out.push_back(std::move(property));
        }
    }
    return out;
}

namespace {

Result<Report> parse_query(const Element& root) {
    CalendarQuery out{.props = props_of(root), .data = {}, .filter = {}, .timezone = {}};
    auto data = data_of(root);
    if (!data) return forward(data);
    out.data = *data;
    const Element* filter = root.child(ns::caldav, "filter");
    if (!filter) return unexpected(Fault::unsupported, "valid-filter");
    auto parsed = parse_filter(*filter);
    if (!parsed) return forward(parsed);
    out.filter = std::move(*parsed);
    if (const Element* timezone = root.child(ns::caldav, "timezone")) out.timezone = timezone->text;
    return out;
}

Result<Report> parse_multiget(const Element& root) {
    CalendarMultiget out{.props = props_of(root), .data = {}, .hrefs = {}};
    auto data = data_of(root);
    if (!data) return forward(data);
    out.data = *data;
    for (const auto& child : root.children) {
        if (!child.is(ns::dav, "href")) continue;
        if (out.hrefs.size() == max_hrefs) return unexpected(Fault::too_large, "too many hrefs");
        out.hrefs.push_back(std::string(ascii::trim(child.text)));
    }
    if (out.hrefs.empty()) return unexpected(Fault::syntax, "calendar-multiget needs a href");
    return out;
}

Result<Report> parse_sync(const Element& root, Depth depth) {
    SyncCollection out{.props = props_of(root), .token = {}, .level = depth, .limit = std::nullopt};
    if (const Element* token = root.child(ns::dav, "sync-token")) out.token = ascii::trim(token->text);
    if (const Element* level = root.child(ns::dav, "sync-level")) {
        const std::string_view value = ascii::trim(level->text);
        if (value != "1" && value != "infinite") return unexpected(Fault::syntax, "sync-level is 1 or infinite");
        out.level = value == "1" ? Depth::one : Depth::infinity;
    }
    const Element* limit = root.child(ns::dav, "limit");
    if (const Element* count = limit ? limit->child(ns::dav, "nresults") : nullptr) {
        out.limit = ascii::number(ascii::trim(count->text), 1'000'000);
        if (!out.limit || *out.limit == 0) return unexpected(Fault::syntax, "nresults is a number above 0");
    }
    return out;
}

}  // namespace

Result<Report> parse_report(std::string_view body, Depth depth) {
    auto root = parse_xml(body);
    if (!root) return forward(root);
    if (root->is(ns::caldav, "calendar-query")) return parse_query(*root);
    if (root->is(ns::caldav, "calendar-multiget")) return parse_multiget(*root);
    if (root->is(ns::dav, "sync-collection")) return parse_sync(*root, depth);
    return unexpected(Fault::unsupported, "supported-report",
                      "{" + ascii::printable(root->name.space) + "}" + ascii::printable(root->name.local));
}

}  // namespace sky::dav
