// AddTenant, ListTenants, RemoveTenant.
#include <algorithm>

#include "auth/rpc/write.h"
#include "auth/store/tenants.h"
#include "sky/base/ascii.h"
#include "sky/calstore/calstore.h"
#include "sky/mailstore/accounts.h"

namespace sky::auth {
namespace {
admin_v1::Tenant message(const TenantRow& row) {
    admin_v1::Tenant out;
    out.set_id(row.id.value);
    out.set_name(row.name);
    out.set_state(row.state);
    out.set_created(unix_seconds(row.created));
    return out;
}

// Lower case letters, digits, hyphen, dot, underscore: the name stands on command lines and in file names.
Result<std::string> tenant_name(std::string_view text) {
    const auto allowed = [](char c) { return ascii::is_alnum(c) || c == '-' || c == '.' || c == '_'; };
    if (text.empty() || text.size() > 64 || !ascii::is_alnum(text.front()) || !std::ranges::all_of(text, allowed))
        return unexpected(Fault::syntax, "a tenant's name is up to 64 letters, digits, hyphens, dots and underscores");
    return ascii::to_lower(text);
}

struct NewTenant {
    TenantId id;
    std::string name;
};

Task<Result<Written<admin_v1::Tenant>>> add(AuthShard&, pg::Transaction& transaction, const NewTenant& tenant) {
    auto row = co_await insert_tenant(transaction, tenant.id, tenant.name);
    if (!row) {
        if (row.error().fault != Fault::already_exists) co_return forward(row);
        co_return unexpected(Fault::already_exists, "a tenant of this name exists already", row.error().reason);
    }
    co_return Written<admin_v1::Tenant>{message(*row), {.tenant = tenant.id, .action = "tenant.add", .object = tenant.name}};
}

struct Removal {
    TenantRow tenant;
    bool cascade;
};

Task<Result<Written<admin_v1::RemoveReply>>> remove(AuthShard&, pg::Transaction& transaction, const Removal& removal) {
    const TenantId tenant = removal.tenant.id;
    Record record{.tenant = tenant, .action = "tenant.remove", .object = removal.tenant.name};
    if (removal.cascade) {
        auto domains = co_await domain_names(transaction, tenant);
        if (!domains) co_return forward(domains);
        auto accounts = co_await account_ids(transaction, tenant);
        if (!accounts) co_return forward(accounts);
        for (auto account : *accounts) {
            auto gone = co_await mailstore::delete_account(transaction, {tenant, AccountId(account)});
            if (!gone && gone.error().fault != Fault::not_found) co_return forward(gone);
            auto cleared = co_await calstore::delete_account(transaction, {tenant, AccountId(account)});
            if (!cleared) co_return forward(cleared);
        }
        if (auto done = co_await delete_everything(transaction, tenant); !done) co_return forward(done);
        record.domains = std::move(*domains);
        record.account_ids = std::move(*accounts);
    }
    auto gone = co_await delete_tenant(transaction, tenant);
    if (!gone) co_return forward(gone);
    if (!*gone) co_return unexpected(Fault::not_found, "no such tenant");
    admin_v1::RemoveReply reply;
    reply.set_removed(1);
    co_return Written<admin_v1::RemoveReply>{reply, std::move(record)};
}
}  // namespace

Task<Result<admin_v1::Tenant>> add_tenant(AuthShard& shard, rpc::Context context, const admin_v1::AddTenantRequest& request) {
    auto name = tenant_name(request.name());
    if (!name) co_return forward(name);
    auto id = co_await next_tenant_id(shard.pool(), context.deadline);
    if (!id) co_return forward(id);
    co_return co_await write(shard, context, outcome_key(context, request.idempotency_key(), request), *id, NewTenant{*id, *name}, &add);
}

Task<Result<admin_v1::ListTenantsReply>> list_tenants(AuthShard& shard, rpc::Context context, const admin_v1::ListTenantsRequest& request) {
    if (auto fits = check_page(request.page()); !fits) co_return forward(fits);
    const Page page = page_of(request.page());
    auto rows = co_await list_tenants(shard.pool(), page, context.deadline);
    if (!rows) co_return forward(rows);
    admin_v1::ListTenantsReply reply;
    for (const auto& row : *rows) *reply.add_tenants() = message(row);
    if (rows->size() == static_cast<std::size_t>(page.size)) reply.set_next(rows->back().name);
    co_return reply;
}

Task<Result<admin_v1::RemoveReply>> remove_tenant(AuthShard& shard, rpc::Context context, const admin_v1::RemoveTenantRequest& request) {
    auto tenant = co_await find_tenant(shard.pool(), ascii::to_lower(request.name()), context.deadline);
    if (!tenant) co_return forward(tenant);
    co_return co_await write(shard, context, {}, tenant->id, Removal{*tenant, request.cascade()}, &remove);
}

}  // namespace sky::auth
