#pragma once
// What request bodies ask for (RFC 4918 §9, RFC 5689, RFC 4791 §7, RFC 6578).
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sky/dav-proto/xml.h"
#include "sky/ical/filter.h"

namespace sky::dav {

enum class Depth { zero, one, infinity };
// The Depth header (RFC 4918 §10.2); `otherwise` when it is absent. Fault::syntax.
Result<Depth> parse_depth(std::optional<std::string_view> header, Depth otherwise);

struct Propfind {
    enum class Kind { prop, allprop, propname } kind = Kind::allprop;
    std::vector<Name> props;  // for allprop: those of DAV:include
};
// An empty body is allprop (RFC 4918 §9.1).
Result<Propfind> parse_propfind(std::string_view body);

struct PropertyUpdate {
    enum class Kind { set, remove } kind = Kind::set;
    Element property;
};
// PROPPATCH (RFC 4918 §9.2), in document order.
Result<std::vector<PropertyUpdate>> parse_proppatch(std::string_view body);
// MKCALENDAR (RFC 4791 §5.3.1) and extended MKCOL (RFC 5689 §3): the properties to set. An empty body sets none.
Result<std::vector<Element>> parse_mkcol(std::string_view body);

// calendar-data inside a prop (RFC 4791 §9.6): whole objects, or their instances in a range.
struct CalendarData {
    std::optional<ical::TimeRange> expand;
};

struct CalendarQuery {
    Propfind props;
    CalendarData data;
    ical::ComponentFilter filter;
    std::string timezone;  // an iCalendar object with one VTIMEZONE, or empty
};
struct CalendarMultiget {
    Propfind props;
    CalendarData data;
    std::vector<std::string> hrefs;
};
struct SyncCollection {
    Propfind props;
    std::string token;  // empty: everything
    Depth level = Depth::one;
    std::optional<std::uint64_t> limit;
};
using Report = std::variant<CalendarQuery, CalendarMultiget, SyncCollection>;

// Fault::unsupported for a report that is not one of these. `depth` counts for sync-collection where it has no sync-level (RFC 6578
// Appendix A).
Result<Report> parse_report(std::string_view body, Depth depth);

// Fault::unsupported with this text names the precondition that failed (RFC 4791 §7.8): "supported-filter", "supported-collation",
// "valid-filter".
Result<ical::ComponentFilter> parse_filter(const Element& filter);

}  // namespace sky::dav
