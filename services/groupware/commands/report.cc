#include "groupware/commands.h"

namespace sky::groupware {

// REPORT (RFC 3253 §3.6) on a calendar.
Task<http::Response> report(const Call& call) {
    auto depth = dav::parse_depth(call.request.headers.find("Depth"), dav::Depth::zero);
    if (!depth) co_return failure(depth.error());
    auto parsed = dav::parse_report(call.request.body, *depth);
    if (!parsed && parsed.error().fault == Fault::unsupported) {
        const std::string& precondition = parsed.error().text;
        co_return refused(precondition == "supported-report" ? dav::ns::dav : dav::ns::caldav, precondition);
    }
    if (!parsed) co_return failure(parsed.error());
    if (call.place.kind != Kind::calendar) co_return refused(dav::ns::dav, "supported-report");
    auto found = co_await call.store.collection(call.owner(), calstore::CollectionKind::calendar, call.place.calendar, call.deadline);
    if (!found) co_return failure(found.error());
    if (!*found) co_return http::Response::text(404, "not found");
    if (auto* query = std::get_if<dav::CalendarQuery>(&*parsed))
        co_return co_await report_query(call, std::move(**found), std::move(*query));
    if (auto* some = std::get_if<dav::CalendarMultiget>(&*parsed))
        co_return co_await report_multiget(call, std::move(**found), std::move(*some));
    co_return co_await report_sync(call, std::move(**found), std::move(std::get<dav::SyncCollection>(*parsed)));
}

}  // namespace sky::groupware
