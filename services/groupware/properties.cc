#include "groupware/properties.h"

#include <fmt/format.h>

#include <algorithm>

namespace sky::groupware {
namespace {

using dav::element;
using dav::escape;
using dav::href_element;
using dav::Name;
namespace ns = dav::ns;

struct Asked {
    const Call& call;
    const Resource& resource;
    const calstore::Collection& calendar() const { return *resource.calendar; }
    const calstore::Object& object() const { return *resource.object; }
};

Name d(std::string_view local) { return {std::string(ns::dav), std::string(local)}; }
Name c(std::string_view local) { return {std::string(ns::caldav), std::string(local)}; }

std::string resource_type(const Asked& asked) {
    switch (asked.resource.kind) {
        case Kind::object:
            return {};
        case Kind::calendar:
            return "<D:collection/><C:calendar/>";
        case Kind::principal:
            return "<D:collection/><D:principal/>";
        default:
            return "<D:collection/>";
    }
}

std::string display_name(const Asked& asked) {
    switch (asked.resource.kind) {
        case Kind::calendar:
            return escape(asked.calendar().face.display_name);
        case Kind::object:
            return escape(asked.object().name);
        case Kind::principal:
            return escape(asked.call.who.display_name.empty() ? asked.call.who.address : asked.call.who.display_name);
        case Kind::home:
            return "Calendars";
        default:
            return "Skybridge";
    }
}

std::string principal(const Asked& asked) { return href_element(principal_path(asked.call.who.account)); }

// RFC 3744 §5.5, for owners who look at their own things: nobody else gets this far.
std::string privileges(const Asked& asked) {
    std::string out = "<D:privilege><D:read/></D:privilege><D:privilege><D:read-current-user-privilege-set/></D:privilege>";
    if (asked.resource.kind == Kind::home) out += "<D:privilege><D:bind/></D:privilege><D:privilege><D:unbind/></D:privilege>";
    if (asked.resource.kind == Kind::calendar || asked.resource.kind == Kind::object) {
        for (std::string_view name : {"all", "write", "write-properties", "write-content", "bind", "unbind"})
            out += element(d("privilege"), element(d(name), {}));
    }
    return out;
}

std::string reports(const Asked&) {
    const auto one = [](const Name& name) { return element(d("supported-report"), element(d("report"), element(name, {}))); };
    return one(c("calendar-query")) + one(c("calendar-multiget")) + one(d("sync-collection"));
}

std::string components(const Asked& asked) {
    std::string out;
    for (ical::Kind kind : {ical::Kind::event, ical::Kind::todo, ical::Kind::journal}) {
        if (asked.calendar().components & calstore::component_bit(kind))
            out += fmt::format("<C:comp name=\"{}\"/>", ical::component_name(kind));
    }
    return out;
}

std::string rfc3339(Time time) {
    const std::string basic = ical::write_utc(unix_seconds(time));
    return fmt::format("{}-{}-{}T{}:{}:{}Z", basic.substr(0, 4), basic.substr(4, 2), basic.substr(6, 2), basic.substr(9, 2),
                       basic.substr(11, 2), basic.substr(13, 2));
}

enum class InAllprop { yes, no };
enum class Presence { always, when_set };  // when_set: an empty value means that the property is not there

using Kinds = unsigned;
constexpr Kinds on(Kind kind) { return 1U << static_cast<unsigned>(kind); }
constexpr Kinds anywhere = 0xFF, calendars = on(Kind::calendar), objects = on(Kind::object), principals = on(Kind::principal);

struct Property {
    std::string_view space, local;
    Kinds kinds;
    InAllprop in_allprop;
    std::string (*value)(const Asked&);
    Presence presence = Presence::always;
};

// PROPFIND's allprop gives the properties of RFC 4918 only (RFC 4791 §5.2 asks so).
const Property table[] = {
    {ns::dav, "resourcetype", anywhere, InAllprop::yes, resource_type},
    {ns::dav, "displayname", anywhere, InAllprop::yes, display_name},
    {ns::dav, "getetag", objects, InAllprop::yes, [](const Asked& a) { return escape(a.object().etag); }},
    {ns::dav, "getcontenttype", objects, InAllprop::yes, [](const Asked& a) { return escape(content_type(a.object())); }},
    {ns::dav, "getcontentlength", objects, InAllprop::yes, [](const Asked& a) { return std::to_string(a.object().size); }},
    {ns::dav, "getlastmodified", objects, InAllprop::yes,
     [](const Asked& a) { return http::http_date(unix_seconds(a.object().modified)); }},
    {ns::dav, "creationdate", calendars, InAllprop::yes, [](const Asked& a) { return rfc3339(a.calendar().created); }},
    {ns::dav, "current-user-principal", anywhere, InAllprop::no, principal},
    {ns::dav, "principal-URL", principals, InAllprop::no, principal},
    {ns::dav, "principal-collection-set", anywhere, InAllprop::no, [](const Asked&) { return href_element("/dav/principals/"); }},
    {ns::dav, "owner", on(Kind::home) | calendars | objects, InAllprop::no, principal},
    {ns::dav, "current-user-privilege-set", anywhere, InAllprop::no, privileges},
    {ns::dav, "supported-report-set", calendars, InAllprop::no, reports},
    {ns::dav, "sync-token", calendars, InAllprop::no, [](const Asked& a) { return escape(a.calendar().sync_token()); }},
    {ns::calendarserver, "getctag", calendars, InAllprop::no, [](const Asked& a) { return escape(a.calendar().sync_token()); }},
    {ns::caldav, "calendar-home-set", principals, InAllprop::no,
     [](const Asked& a) { return href_element(home_path(a.call.who.account)); }},
    {ns::caldav, "calendar-user-address-set", principals, InAllprop::no,
     [](const Asked& a) { return fmt::format("<D:href>mailto:{}</D:href>", escape(a.call.who.address)) + principal(a); }},
    {ns::caldav, "calendar-description", calendars, InAllprop::no, [](const Asked& a) { return escape(a.calendar().face.description); },
     Presence::when_set},
    {ns::caldav, "calendar-timezone", calendars, InAllprop::no, [](const Asked& a) { return escape(a.calendar().face.timezone); },
     Presence::when_set},
    {ns::caldav, "supported-calendar-component-set", calendars, InAllprop::no, components},
    {ns::caldav, "supported-calendar-data", calendars, InAllprop::no,
     [](const Asked&) -> std::string { return "<C:calendar-data content-type=\"text/calendar\" version=\"2.0\"/>"; }},
    {ns::caldav, "supported-collation-set", calendars, InAllprop::no,
     [](const Asked&) -> std::string {
         return "<C:supported-collation>i;ascii-casemap</C:supported-collation><C:supported-collation>i;octet</C:supported-collation>";
     }},
    {ns::caldav, "max-resource-size", calendars, InAllprop::no, [](const Asked& a) { return std::to_string(a.call.policy.limits.octets); }},
    {ns::caldav, "max-instances", calendars, InAllprop::no, [](const Asked& a) { return std::to_string(a.call.policy.limits.instances); }},
    {ns::caldav, "max-attendees-per-instance", calendars, InAllprop::no,
     [](const Asked& a) { return std::to_string(a.call.policy.limits.attendees); }},
    {ns::apple, "calendar-color", calendars, InAllprop::no, [](const Asked& a) { return escape(a.calendar().face.color); },
     Presence::when_set},
    {ns::apple, "calendar-order", calendars, InAllprop::no, [](const Asked& a) { return std::to_string(a.calendar().face.order); }},
    {ns::caldav, "calendar-data", objects, InAllprop::no,
     [](const Asked& a) { return a.resource.calendar_data ? escape(*a.resource.calendar_data) : std::string(); }, Presence::when_set},
};

const Property* find(const Name& name, Kind kind) {
    for (const Property& property : table) {
        if (property.local == name.local && property.space == name.space && (property.kinds & on(kind))) return &property;
    }
    return nullptr;
}

// A property that a client left with a calendar: stored with its element, since names may carry attributes.
std::optional<std::string> kept(const Resource& resource, const Name& name) {
    if (resource.kind != Kind::calendar) return std::nullopt;
    const auto& all = resource.calendar->face.properties;
    const auto found = all.find("{" + name.space + "}" + name.local);
    return found == all.end() ? std::nullopt : std::optional(found->second);
}

Name kept_name(std::string_view key) {
    const std::size_t end = key.find('}');
    return {std::string(key.substr(1, end - 1)), std::string(key.substr(end + 1))};
}

}  // namespace

std::string path_of(const identity::Principal& who, const Resource& resource) {
    switch (resource.kind) {
        case Kind::root:
            return std::string(root_path);
        case Kind::principals:
            return "/dav/principals/";
        case Kind::principal:
            return principal_path(who.account);
        case Kind::home:
            return home_path(who.account);
        case Kind::calendar:
            return calendar_path(who.account, resource.calendar->slug);
        case Kind::object:
            return object_path(who.account, resource.calendar->slug, resource.object->name);
    }
    return std::string(root_path);
}

std::string content_type(const calstore::Object& object) {
    std::string_view component = "VEVENT";
    if (object.component == calstore::todos) component = "VTODO";
    if (object.component == calstore::journals) component = "VJOURNAL";
    return fmt::format("text/calendar; charset=utf-8; component={}", component);
}

void answer(const Call& call, const Resource& resource, const dav::Propfind& wanted, dav::Multistatus& out) {
    const Asked asked{call, resource};
    std::vector<dav::PropertyValue> found;
    std::vector<Name> missing;
    const auto ask = [&](const Name& name) {
        if (const Property* property = find(name, resource.kind)) {
            std::string value = property->value(asked);
            if (property->presence == Presence::always || !value.empty()) {
                found.push_back({name, std::move(value)});
                return;
            }
        } else if (auto value = kept(resource, name)) {
            found.push_back({name, std::move(*value)});
            return;
        }
        missing.push_back(name);
    };
    if (wanted.kind != dav::Propfind::Kind::prop) {
        const bool names_only = wanted.kind == dav::Propfind::Kind::propname;
        for (const Property& property : table) {
            if (!(property.kinds & on(resource.kind))) continue;
            if (!names_only && property.in_allprop == InAllprop::no) continue;
            std::string value = property.value(asked);
            if (property.presence == Presence::when_set && value.empty()) continue;
            found.push_back({{std::string(property.space), std::string(property.local)}, names_only ? std::string() : std::move(value)});
        }
        if (resource.kind == Kind::calendar) {
            for (const auto& [key, value] : resource.calendar->face.properties)
                found.push_back({kept_name(key), names_only ? std::string() : value});
        }
    }
    for (const Name& name : wanted.props) {
        const bool there = std::any_of(found.begin(), found.end(), [&](const auto& value) { return value.name == name; });
        if (wanted.kind == dav::Propfind::Kind::prop || !there) ask(name);
    }
    out.resource(path_of(call.who, resource), found, missing);
}

bool is_protected(const Name& name) { return find(name, Kind::calendar) || find(name, Kind::object) || find(name, Kind::principal); }

}  // namespace sky::groupware
