#include "groupware/commands.h"
#include "groupware/properties.h"

namespace sky::groupware {
namespace {

Task<http::Response> calendar(const Call& call, const dav::Propfind& wanted, dav::Depth depth) {
    auto found = co_await call.store.collection(call.owner(), calstore::CollectionKind::calendar, call.place.calendar, call.deadline);
    if (!found) co_return failure(found.error());
    if (!*found) co_return http::Response::text(404, "not found");
    dav::Multistatus out;
    answer(call, {.kind = Kind::calendar, .calendar = &**found}, wanted, out);
    if (depth == dav::Depth::one) {
        auto objects = co_await call.store.list(call.owner(), (*found)->id, calstore::WithData::no, call.deadline);
        if (!objects) co_return failure(objects.error());
        for (const auto& object : *objects) answer(call, {.kind = Kind::object, .calendar = &**found, .object = &object}, wanted, out);
    }
    co_return multistatus(std::move(out));
}

Task<http::Response> object(const Call& call, const dav::Propfind& wanted) {
    auto found =
        co_await call.store.get(call.owner(), calstore::CollectionKind::calendar, call.place.calendar, call.place.object, call.deadline);
    if (!found) co_return failure(found.error());
    if (!*found) co_return http::Response::text(404, "not found");
    calstore::Collection around;
    around.slug = call.place.calendar;
    dav::Multistatus out;
    answer(call, {.kind = Kind::object, .calendar = &around, .object = &**found}, wanted, out);
    co_return multistatus(std::move(out));
}

Task<http::Response> home(const Call& call, const dav::Propfind& wanted, dav::Depth depth) {
    dav::Multistatus out;
    answer(call, {.kind = Kind::home}, wanted, out);
    if (depth == dav::Depth::one) {
        auto all = co_await call.store.collections(call.owner(), calstore::CollectionKind::calendar, call.deadline);
        if (!all) co_return failure(all.error());
        for (const auto& each : *all) answer(call, {.kind = Kind::calendar, .calendar = &each}, wanted, out);
    }
    co_return multistatus(std::move(out));
}

}  // namespace

// PROPFIND (RFC 4918 §9.1). Depth infinity is refused: it has no bound.
Task<http::Response> propfind(const Call& call) {
    auto depth = dav::parse_depth(call.request.headers.find("Depth"), dav::Depth::infinity);
    if (!depth) co_return failure(depth.error());
    auto wanted = dav::parse_propfind(call.request.body);
    if (!wanted) co_return failure(wanted.error());
    if (*depth == dav::Depth::infinity) {
        if (call.place.kind != Kind::object) co_return refused(dav::ns::dav, "propfind-finite-depth", "use Depth 0 or 1");
        depth = dav::Depth::zero;
    }
    switch (call.place.kind) {
        case Kind::calendar:
            co_return co_await calendar(call, *wanted, *depth);
        case Kind::object:
            co_return co_await object(call, *wanted);
        case Kind::home:
            co_return co_await home(call, *wanted, *depth);
        default:
            break;
    }
    dav::Multistatus out;
    answer(call, {.kind = call.place.kind}, *wanted, out);
    if (*depth == dav::Depth::one && call.place.kind == Kind::root) answer(call, {.kind = Kind::home}, *wanted, out);
    if (*depth == dav::Depth::one && call.place.kind != Kind::principal) answer(call, {.kind = Kind::principal}, *wanted, out);
    co_return multistatus(std::move(out));
}

}  // namespace sky::groupware
