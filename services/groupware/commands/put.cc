#include "groupware/commands.h"
#include "sky/base/ascii.h"

namespace sky::groupware {
namespace {

// text/calendar, or nothing said.
bool is_calendar(std::string_view content_type) {
    const std::string_view media = ascii::trim(content_type.substr(0, content_type.find(';')));
    return media.empty() || ascii::equals_ignoring_case(media, "text/calendar");
}

}  // namespace

// PUT stores an object (RFC 4791 §5.3.2). The answer comes after COMMIT; the same octets again change nothing and keep the ETag.
Task<http::Response> put(const Call& call) {
    if (call.place.kind != Kind::object) co_return not_allowed("OPTIONS, PROPFIND, REPORT");
    auto conditions = conditions_of(call.request);
    if (!conditions) co_return failure(conditions.error());
    if (call.request.headers.find("Content-Range")) co_return http::Response::text(400, "parts of an object can't be put");
    if (!is_calendar(call.request.headers.get("Content-Type")))
        co_return refused(dav::ns::caldav, "supported-calendar-data", "only text/calendar is stored here");
    auto parsed = ical::Object::parse(call.request.body, call.policy.limits);
    if (!parsed) co_return refused(parsed.error());
    auto done = co_await call.store.put(call.owner(), call.place.calendar,
                                        calstore::NewObject{call.place.object, call.request.body, parsed->summary()}, conditions->guard(),
                                        call.deadline);
    if (!done) co_return failure(done.error());
    using Outcome = calstore::Put::Outcome;
    switch (done->outcome) {
        case Outcome::precondition_failed:
            co_return empty(412);
        case Outcome::no_collection:
            co_return http::Response::text(409, "there is no such calendar");
        case Outcome::component_refused:
            co_return refused(dav::ns::caldav, "supported-calendar-component", "this calendar does not take this kind of component");
        case Outcome::uid_conflict:
            co_return refused(dav::ns::caldav, "no-uid-conflict", "the UID belongs to another object",
                              dav::href_element(object_path(call.who.account, call.place.calendar, done->conflict)));
        case Outcome::created:
        case Outcome::updated:
        case Outcome::unchanged:
            break;
    }
    http::Response out = empty(done->outcome == Outcome::created ? 201 : 204);
    out.headers.set("ETag", done->etag);
    co_return out;
}

}  // namespace sky::groupware
