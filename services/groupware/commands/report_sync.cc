#include "groupware/calendar_data.h"
#include "groupware/commands.h"

namespace sky::groupware {
namespace {

constexpr std::size_t page = 10'000, page_with_data = 2'000;

}  // namespace

// sync-collection (RFC 6578 §3.2). A calendar has no collections inside, so sync-level 1 and infinite are the same.
Task<http::Response> report_sync(const Call& call, calstore::Collection calendar, dav::SyncCollection sync) {
    const bool data = wants_data(sync.props);
    std::size_t limit = data ? page_with_data : page;
    if (sync.limit) limit = std::min(limit, static_cast<std::size_t>(*sync.limit));
    auto changes = co_await call.store.changes(call.owner(), calendar, sync.token, limit,
                                               data ? calstore::WithData::yes : calstore::WithData::no, call.deadline);
    if (!changes) co_return failure(changes.error());
    if (changes->outcome == calstore::Changes::Outcome::no_collection) co_return http::Response::text(404, "not found");
    if (changes->outcome == calstore::Changes::Outcome::invalid_token) {
        co_return refused(dav::ns::dav, "valid-sync-token", "this token is too old or not ours; begin again");
    }
    dav::Multistatus out;
    for (const auto& object : changes->changed) {
        answer(call, {.kind = Kind::object, .calendar = &calendar, .object = &object, .calendar_data = &object.data}, sync.props, out);
    }
    for (const auto& name : changes->gone) out.status(object_path(call.who.account, calendar.slug, name), 404);
    if (changes->truncated) out.status(calendar_path(call.who.account, calendar.slug), 507, "<D:number-of-matches-within-limits/>");
    out.sync_token(changes->token);
    co_return multistatus(std::move(out));
}

}  // namespace sky::groupware
