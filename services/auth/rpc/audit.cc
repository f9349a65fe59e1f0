// ListChanges, ListSignIns.
#include "auth/store/audit.h"

#include "auth/address.h"
#include "auth/rpc/moments.h"
#include "auth/rpc/write.h"
#include "sky/base/ascii.h"
#include "skybridge/admin/v1/audit.pb.h"

namespace sky::auth {
namespace {
template <class Request>
Result<Period> period_of(const Request& request) {
    Period out;
    for (const auto& [seconds, into] : {std::pair{request.since(), &out.since}, {request.until(), &out.until}}) {
        if (seconds <= 0) continue;
        auto moment = time_of(seconds);
        if (!moment) return forward(moment);
        *into = *moment;
    }
    return out;
}

// Pages of these lists are told by a number.
Result<std::int64_t> number_of(const admin_v1::Page& page) {
    if (auto fits = check_page(page); !fits) return forward(fits);
    if (page.after().empty()) return 0;
    const auto number = ascii::number(page.after(), static_cast<std::uint64_t>(INT64_MAX));
    if (!number) return unexpected(Fault::syntax, "this page does not follow any");
    return static_cast<std::int64_t>(*number);
}

Task<Result<admin_v1::ListChangesReply>> list_all(AuthShard& shard, Caller caller, const admin_v1::ListChangesRequest& request) {
    auto before = number_of(request.page());
    if (!before) co_return forward(before);
    auto period = period_of(request);
    if (!period) co_return forward(period);
    const Page page = page_of(request.page());
    const ChangeFilter filter{ascii::to_lower(request.tenant()), request.actor(), request.object(), request.action(), *period};
    auto rows = co_await list_changes(shard.pool(), caller.view(), filter, *before, page.size, caller.deadline);
    if (!rows) co_return forward(rows);
    admin_v1::ListChangesReply reply;
    for (const auto& row : *rows) {
        auto& entry = *reply.add_changes();
        entry.set_id(row.id);
        entry.set_at(unix_seconds(row.at));
        entry.set_tenant(row.tenant);
        entry.set_actor(row.actor);
        entry.set_peer(row.peer);
        entry.set_action(row.action);
        entry.set_object(row.object);
        entry.set_detail(row.detail);
    }
    if (rows->size() == static_cast<std::size_t>(page.size)) reply.set_next(std::to_string(rows->back().id));
    co_return reply;
}

Task<Result<admin_v1::ListSignInsReply>> list_sign_ins_of(AuthShard& shard, Caller caller, const admin_v1::ListSignInsRequest& request) {
    auto skip = number_of(request.page());
    if (!skip) co_return forward(skip);
    auto period = period_of(request);
    if (!period) co_return forward(period);
    const Page page = page_of(request.page());
    const auto address = parse_address(request.address());
    const SignInFilter filter{ascii::to_lower(request.tenant()), address ? address->text() : request.address(), request.outcome(), *period};
    auto rows = co_await list_sign_ins(shard.pool(), caller.view(), filter, *skip, page.size, caller.deadline);
    if (!rows) co_return forward(rows);
    admin_v1::ListSignInsReply reply;
    for (const auto& row : *rows) {
        auto& entry = *reply.add_sign_ins();
        entry.set_at(unix_seconds(row.at));
        entry.set_tenant(row.tenant);
        entry.set_address(row.address);
        entry.set_protocol(row.protocol);
        entry.set_mechanism(row.mechanism);
        entry.set_remote(row.remote);
        entry.set_outcome(row.outcome);
        entry.set_count(row.count);
    }
    if (rows->size() == static_cast<std::size_t>(page.size)) reply.set_next(std::to_string(*skip + page.size));
    co_return reply;
}
}  // namespace

void serve_audit(AdminMethods& methods) {
    methods.add(&list_all);
    methods.add(&list_sign_ins_of);
}

}  // namespace sky::auth
