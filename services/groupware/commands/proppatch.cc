#include "groupware/commands.h"
#include "groupware/properties.h"

namespace sky::groupware {

// PROPPATCH (RFC 4918 §9.2): all of the changes or none. Only calendars have properties that can be changed.
Task<http::Response> proppatch(const Call& call) {
    auto updates = dav::parse_proppatch(call.request.body);
    if (!updates) co_return failure(updates.error());
    calstore::CollectionFace face;
    if (call.place.kind == Kind::calendar) {
        auto found = co_await call.store.collection(call.owner(), calstore::CollectionKind::calendar, call.place.calendar, call.deadline);
        if (!found) co_return failure(found.error());
        if (!*found) co_return http::Response::text(404, "not found");
        face = (*found)->face;
    } else if (call.place.kind == Kind::object) {
        auto found = co_await call.store.get(call.owner(), calstore::CollectionKind::calendar, call.place.calendar, call.place.object,
                                             call.deadline);
        if (!found) co_return failure(found.error());
        if (!*found) co_return http::Response::text(404, "not found");
    }
    dav::Multistatus::Outcome done{.status = 200, .names = {}, .error_inner = {}}, denied{.status = 403, .names = {}, .error_inner = {}},
        wrong{.status = 409, .names = {}, .error_inner = {}};
    denied.error_inner = "<D:cannot-modify-protected-property/>";
    for (const auto& [kind, property] : *updates) {
        Change change = Change::is_protected;
        if (call.place.kind == Kind::calendar) {
            change = kind == dav::PropertyUpdate::Kind::set ? set_property(property, face) : remove_property(property.name, face);
        }
        auto& outcome = change == Change::done ? done : change == Change::is_protected ? denied : wrong;
        outcome.names.push_back(property.name);
    }
    if (denied.names.empty() && wrong.names.empty()) {
        auto stored =
            co_await call.store.update(call.owner(), calstore::CollectionKind::calendar, call.place.calendar, face, call.deadline);
        if (!stored) co_return failure(stored.error());
    } else {
        done.status = 424;
    }
    dav::Multistatus out;
    out.outcomes(call.request.path, {done, denied, wrong});
    co_return multistatus(std::move(out));
}

}  // namespace sky::groupware
