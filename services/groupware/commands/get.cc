#include "groupware/commands.h"
#include "groupware/properties.h"

namespace sky::groupware {

// GET returns an object as its client wrote it. Calendars have no representation of their own.
Task<http::Response> get(const Call& call) {
    if (call.place.kind == Kind::root)
        co_return http::Response::text(200, "This is a CalDAV server. Point a calendar program at this address.\n");
    if (call.place.kind != Kind::object) co_return not_allowed("OPTIONS, PROPFIND, REPORT");
    auto conditions = conditions_of(call.request);
    if (!conditions) co_return failure(conditions.error());
    auto found =
        co_await call.store.get(call.owner(), calstore::CollectionKind::calendar, call.place.calendar, call.place.object, call.deadline);
    if (!found) co_return failure(found.error());
    if (!*found) co_return http::Response::text(404, "not found");
    calstore::Object& object = **found;
    http::Response out = empty(200);
    out.headers.set("ETag", object.etag);
    out.headers.set("Last-Modified", http::http_date(unix_seconds(object.modified)));
    if (conditions->match && !conditions->match->holds(object.etag)) co_return empty(412);
    if (conditions->none_match && conditions->none_match->holds_weakly(object.etag)) {
        out.status = 304;
        co_return out;
    }
    out.headers.set("Content-Type", content_type(object));
    out.body = std::move(object.data);
    co_return out;
}

}  // namespace sky::groupware
