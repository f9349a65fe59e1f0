// PlanExternalSync, StartExternalSync, GetExternalSync.
#include "auth/store/external_sync.h"

#include "auth/external_directory/sync.h"
#include "auth/rpc/write.h"
#include "auth/store/tenants.h"
#include "sky/base/ascii.h"
#include "skybridge/admin/v1/external_directories.pb.h"

namespace sky::auth {
namespace {
constexpr std::size_t most_lines = 5000;

admin_v1::ExternalSync message(const TenantRow& tenant, const SyncStatus& status) {
    admin_v1::ExternalSync out;
    out.set_tenant(tenant.name);
    out.set_state(status.running ? "running" : status.asked ? "waiting" : status.ended ? "ended" : "never");
    if (status.started) out.set_started(unix_seconds(*status.started));
    if (status.ended) out.set_ended(unix_seconds(*status.ended));
    out.set_error(status.last.error);
    out.set_added(static_cast<std::uint32_t>(status.last.added));
    out.set_changed(static_cast<std::uint32_t>(status.last.changed));
    out.set_suspended(static_cast<std::uint32_t>(status.last.suspended));
    out.set_restored(static_cast<std::uint32_t>(status.last.restored));
    out.set_skipped(static_cast<std::uint32_t>(status.last.skipped));
    out.mutable_notes()->Assign(status.last.notes.begin(), status.last.notes.end());
    return out;
}

Shrink shrink_of(bool whole) { return whole ? Shrink::allowed : Shrink::refused; }

struct Wish {
    TenantRow tenant;
    Shrink shrink;
};
Task<Result<Written<admin_v1::ExternalSync>>> ask(AuthShard&, pg::Transaction& transaction, const Wish& wish) {
    if (auto asked = co_await ask_for_sync(transaction, wish.tenant.id, wish.shrink); !asked) co_return forward(asked);
    co_return Written<admin_v1::ExternalSync>{message(wish.tenant, {.asked = true}),
                                              {.tenant = wish.tenant.id, .action = "external_directory.sync", .object = wish.tenant.name}};
}

Task<Result<admin_v1::ExternalSyncPlan>> plan(AuthShard& shard, Caller caller, const admin_v1::PlanExternalSyncRequest& request) {
    auto tenant = co_await find_tenant(shard.pool(), caller.view(), ascii::to_lower(request.tenant()), caller.deadline);
    if (!tenant) co_return forward(tenant);
    auto planned = co_await plan_sync(shard, tenant->id, shrink_of(request.whole()), caller.deadline);
    if (!planned) co_return forward(planned);
    admin_v1::ExternalSyncPlan reply;
    for (auto& line : planned->lines())
        if (static_cast<std::size_t>(reply.lines_size()) < most_lines) reply.add_lines(std::move(line));
    co_return reply;
}

Task<Result<admin_v1::ExternalSync>> start(AuthShard& shard, Caller caller, const admin_v1::StartExternalSyncRequest& request) {
    auto tenant = co_await find_tenant(shard.pool(), caller.view(), ascii::to_lower(request.tenant()), caller.deadline);
    if (!tenant) co_return forward(tenant);
    co_return co_await write(shard, caller, {}, tenant->id, Wish{*tenant, shrink_of(request.whole())}, &ask);
}

Task<Result<admin_v1::ExternalSync>> get(AuthShard& shard, Caller caller, const admin_v1::GetExternalSyncRequest& request) {
    auto tenant = co_await find_tenant(shard.pool(), caller.view(), ascii::to_lower(request.tenant()), caller.deadline);
    if (!tenant) co_return forward(tenant);
    auto status = co_await find_sync(shard.pool(), tenant->id, caller.deadline);
    if (!status) co_return forward(status);
    co_return message(*tenant, *status);
}
}  // namespace

void serve_external_sync(AdminMethods& methods) {
    methods.add(&plan);
    methods.add(&start);
    methods.add(&get);
}

}  // namespace sky::auth
