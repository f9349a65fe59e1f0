#include "groupware/commands.h"

namespace sky::groupware {

// DELETE removes an object, or a calendar with all that is in it.
Task<http::Response> remove(const Call& call) {
    auto conditions = conditions_of(call.request);
    if (!conditions) co_return failure(conditions.error());
    if (call.place.kind == Kind::object) {
        auto erased = co_await call.store.erase(call.owner(), calstore::CollectionKind::calendar, call.place.calendar, call.place.object,
                                                conditions->guard(), call.deadline);
        if (!erased) co_return failure(erased.error());
        if (*erased == calstore::Erased::precondition_failed) co_return empty(412);
        co_return *erased == calstore::Erased::erased ? empty(204) : http::Response::text(404, "not found");
    }
    if (call.place.kind != Kind::calendar) co_return http::Response::text(403, "this can't be deleted");
    if (conditions->match) co_return empty(412);  // calendars have no ETag
    auto removed = co_await call.store.remove(call.owner(), calstore::CollectionKind::calendar, call.place.calendar, call.deadline);
    if (!removed) co_return failure(removed.error());
    co_return *removed ? empty(204) : http::Response::text(404, "not found");
}

}  // namespace sky::groupware
