// AddTenant, GetTenant, ListTenants, ChangeTenant, SetTenantState, RemoveTenant.
#include "auth/store/tenants.h"

#include <algorithm>

#include "auth/limits/in_force.h"
#include "auth/rpc/closing.h"
#include "auth/rpc/moments.h"
#include "auth/rpc/write.h"
#include "sky/base/ascii.h"
#include "sky/calstore/calstore.h"
#include "sky/mailstore/accounts.h"
#include "sky/telemetry/log.h"
#include "skybridge/admin/v1/tenants.pb.h"

namespace sky::auth {
namespace {
admin_v1::Tenant message(const TenantRow& row) {
    admin_v1::Tenant out;
    out.set_id(row.id.value);
    out.set_name(row.name);
    out.set_state(row.state);
    out.set_created(unix_seconds(row.created));
    out.set_kind(row.kind);
    out.set_parent(row.parent);
    if (row.closes) out.set_closes(unix_seconds(*row.closes));
    out.set_display_name(row.display_name);
    out.set_plan(row.plan);
    out.set_scram_for_main(row.scram_for_main);
    out.set_shortest_password(static_cast<std::uint32_t>(row.shortest_password));
    out.set_password_history(static_cast<std::uint32_t>(row.password_history));
    out.set_second_factor_required(row.second_factor_required);
    out.set_address_list(row.address_list);
    return out;
}

// Lower case letters, digits, hyphen, dot, underscore: the name stands on command lines and in file names.
Result<std::string> tenant_name(std::string_view text) {
    const auto allowed = [](char c) { return ascii::is_alnum(c) || c == '-' || c == '.' || c == '_'; };
    if (text.empty() || text.size() > 64 || !ascii::is_alnum(text.front()) || !std::ranges::all_of(text, allowed))
        return unexpected(Fault::syntax, "a tenant's name is up to 64 letters, digits, hyphens, dots and underscores");
    return ascii::to_lower(text);
}

Result<void> check_display_name(std::string_view text) {
    if (!ascii::is_utf8(text) || text.size() > 256) return unexpected(Fault::syntax, "the display name is not UTF-8 or too long");
    return {};
}

Task<Result<Written<admin_v1::Tenant>>> add(AuthShard&, pg::Transaction& transaction, const NewTenant& tenant) {
    auto row = co_await insert_tenant(transaction, tenant);
    if (!row) {
        if (row.error().fault != Fault::already_exists) co_return forward(row);
        co_return unexpected(Fault::already_exists, "a tenant of this name exists already", row.error().reason);
    }
    row->parent = tenant.parent_name;
    co_return Written<admin_v1::Tenant>{message(*row), {.tenant = tenant.id, .action = "tenant.add", .object = tenant.name}};
}

// What signs in, or where mail goes, may have changed for all of the tenant.
Task<Result<Written<admin_v1::Tenant>>> changed(pg::Transaction& transaction, const TenantRow& row, std::string action) {
    auto domains = co_await domain_names(transaction, row.id);
    if (!domains) co_return forward(domains);
    auto accounts = co_await account_ids(transaction, row.id);
    if (!accounts) co_return forward(accounts);
    co_return Written<admin_v1::Tenant>{message(row),
                                        {.tenant = row.id,
                                         .action = std::move(action),
                                         .object = row.name,
                                         .domains = std::move(*domains),
                                         .account_ids = std::move(*accounts)}};
}

struct Change {
    TenantRow tenant;
    TenantChange change;
};
Task<Result<Written<admin_v1::Tenant>>> change(AuthShard& shard, pg::Transaction& transaction, const Change& change) {
    auto row = co_await update_tenant(transaction, change.tenant.id, change.change);
    if (!row) co_return forward(row);
    row->parent = change.tenant.parent;  // which the transaction, being the tenant's own, does not see
    if (change.change.plan)
        if (auto set = co_await put_limits_in_force(shard, transaction, row->id, {}); !set) co_return forward(set);
    co_return co_await changed(transaction, *row, "tenant.change");
}

struct NewState {
    TenantRow tenant;
    std::string state;
    std::optional<Time> closes;
};
Task<Result<Written<admin_v1::Tenant>>> set_state(AuthShard&, pg::Transaction& transaction, const NewState& to) {
    auto row = co_await update_tenant_state(transaction, to.tenant.id, to.state, to.closes);
    if (!row) co_return forward(row);
    row->parent = to.tenant.parent;
    co_return co_await changed(transaction, *row, "tenant." + to.state);
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

Task<Result<admin_v1::Tenant>> add_tenant(AuthShard& shard, Caller caller, const admin_v1::AddTenantRequest& request) {
    NewTenant tenant{.kind = request.kind().empty() ? "customer" : request.kind(), .display_name = request.display_name()};
    auto name = tenant_name(request.name());
    if (!name) co_return forward(name);
    tenant.name = std::move(*name);
    if (auto good = check_display_name(request.display_name()); !good) co_return forward(good);
    if (tenant.kind != "customer" && tenant.kind != "reseller") co_return unexpected(Fault::syntax, "a tenant is a customer or a reseller");
    if (caller.is(Role::platform)) {
        if (!request.parent().empty()) {
            auto parent = co_await find_tenant(shard.pool(), caller.view(), ascii::to_lower(request.parent()), caller.deadline);
            if (!parent) co_return forward(parent);
            if (parent->kind != "reseller") co_return unexpected(Fault::conflict, "the parent is no reseller");
            tenant.parent = parent->id;
            tenant.parent_name = parent->name;
        }
    } else {
        // A reseller's tenants are its own customers, whatever it asks for.
        if (tenant.kind != "customer") co_return unexpected(Fault::forbidden, "a reseller has customers only");
        auto own = co_await find_tenant_by_id(shard.pool(), caller.subject.over, caller.deadline);
        if (!own) co_return forward(own);
        tenant.parent = own->id;
        tenant.parent_name = own->name;
    }
    if (tenant.kind == "reseller" && tenant.parent) co_return unexpected(Fault::conflict, "a reseller stands under the provider");
    auto id = co_await next_tenant_id(shard.pool(), caller.deadline);
    if (!id) co_return forward(id);
    tenant.id = *id;
    co_return co_await write(shard, caller, outcome_key(caller, request.idempotency_key(), request), *id, tenant, &add);
}

Task<Result<admin_v1::Tenant>> get_tenant(AuthShard& shard, Caller caller, const admin_v1::GetTenantRequest& request) {
    auto row = co_await find_tenant(shard.pool(), caller.view(), ascii::to_lower(request.name()), caller.deadline);
    if (!row) co_return forward(row);
    co_return message(*row);
}

Task<Result<admin_v1::ListTenantsReply>> list_all(AuthShard& shard, Caller caller, const admin_v1::ListTenantsRequest& request) {
    if (auto fits = check_page(request.page()); !fits) co_return forward(fits);
    const Page page = page_of(request.page());
    const TenantFilter filter{ascii::to_lower(request.parent()), request.state()};
    auto rows = co_await list_tenants(shard.pool(), caller.view(), filter, page, caller.deadline);
    if (!rows) co_return forward(rows);
    admin_v1::ListTenantsReply reply;
    for (const auto& row : *rows) *reply.add_tenants() = message(row);
    if (rows->size() == static_cast<std::size_t>(page.size)) reply.set_next(rows->back().name);
    co_return reply;
}

Task<Result<admin_v1::Tenant>> change_tenant(AuthShard& shard, Caller caller, const admin_v1::ChangeTenantRequest& request) {
    auto row = co_await find_tenant(shard.pool(), caller.view(), ascii::to_lower(request.name()), caller.deadline);
    if (!row) co_return forward(row);
    Change to{.tenant = *row};
    if (request.has_display_name()) {
        if (auto good = check_display_name(request.display_name()); !good) co_return forward(good);
        to.change.display_name = request.display_name();
    }
    if (request.has_plan()) {
        // What is paid for is the seller's to say.
        if (!caller.is(Role::reseller)) co_return unexpected(Fault::forbidden, "the plan is changed by your provider");
        to.change.plan = ascii::to_lower(request.plan());
    }
    if (request.has_scram_for_main()) to.change.scram_for_main = request.scram_for_main();
    if (request.has_shortest_password()) {
        if (request.shortest_password() < 8 || request.shortest_password() > 128)
            co_return unexpected(Fault::syntax, "the shortest password has between 8 and 128 characters");
        to.change.shortest_password = static_cast<std::int16_t>(request.shortest_password());
    }
    if (request.has_password_history()) {
        if (request.password_history() > 24) co_return unexpected(Fault::syntax, "at most 24 older passwords are remembered");
        to.change.password_history = static_cast<std::int16_t>(request.password_history());
    }
    if (request.has_second_factor_required()) to.change.second_factor_required = request.second_factor_required();
    if (request.has_address_list()) to.change.address_list = request.address_list();
    co_return co_await write(shard, caller, outcome_key(caller, request.idempotency_key(), request), row->id, to, &change);
}

Task<Result<admin_v1::Tenant>> set_tenant_state(AuthShard& shard, Caller caller, const admin_v1::SetTenantStateRequest& request) {
    auto row = co_await find_tenant(shard.pool(), caller.view(), ascii::to_lower(request.name()), caller.deadline);
    if (!row) co_return forward(row);
    NewState to{.tenant = *row, .state = request.state(), .closes = {}};
    if (to.state == "closing") {
        if (request.closes() <= 0) co_return unexpected(Fault::syntax, "closing needs the date on which everything is removed");
        auto closes = time_of(request.closes());
        if (!closes) co_return forward(closes);
        to.closes = *closes;
    } else if (to.state != "active" && to.state != "suspended") {
        co_return unexpected(Fault::syntax, "a tenant is active, suspended or closing");
    }
    // Nobody shuts the door on themselves.
    if (!caller.is(Role::platform) && row->id == caller.subject.over)
        co_return unexpected(Fault::forbidden, "the state of your own organisation is changed by your provider");
    co_return co_await write(shard, caller, outcome_key(caller, request.idempotency_key(), request), row->id, to, &set_state);
}

Task<Result<admin_v1::RemoveReply>> remove_tenant(AuthShard& shard, Caller caller, const admin_v1::RemoveTenantRequest& request) {
    auto row = co_await find_tenant(shard.pool(), caller.view(), ascii::to_lower(request.name()), caller.deadline);
    if (!row) co_return forward(row);
    if (!caller.is(Role::platform) && row->id == caller.subject.over)
        co_return unexpected(Fault::forbidden, "your own organisation is removed by your provider");
    co_return co_await write(shard, caller, {}, row->id, Removal{*row, request.cascade()}, &remove);
}
}  // namespace

Task<Result<void>> remove_closed_tenants(AuthShard& shard, Deadline deadline) {
    auto closed = co_await list_closed_tenants(shard.pool(), deadline);
    if (!closed) co_return forward(closed);
    Caller caller;
    caller.deadline = deadline;
    caller.subject = {.name = "auth", .role = Role::platform};
    Result<void> all;
    for (const auto& tenant : *closed) {
        auto done = co_await write(shard, caller, {}, tenant.id, Removal{tenant, true}, &remove);
        if (done) log::info("auth.tenant.closed", {{"tenant", tenant.name}});
        // Another replica may have been faster; and one that can't go yet (a reseller with tenants) must not keep the others.
        if (!done && done.error().fault != Fault::not_found)
            all = unexpected(done.error().fault, done.error().text, tenant.name + ": " + done.error().text);
        if (!done && done.error().fault == Fault::unavailable) break;
    }
    co_return all;
}

void serve_tenants(AdminMethods& methods) {
    methods.add(&add_tenant);
    methods.add(&get_tenant);
    methods.add(&list_all);
    methods.add(&change_tenant);
    methods.add(&set_tenant_state);
    methods.add(&remove_tenant);
}

}  // namespace sky::auth
