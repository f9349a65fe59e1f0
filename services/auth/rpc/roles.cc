// GrantRole, RevokeRole, ListRoles.
#include "auth/store/roles.h"

#include "auth/rpc/mailbox.h"
#include "auth/rpc/write.h"
#include "auth/store/tenants.h"
#include "sky/base/ascii.h"
#include "skybridge/admin/v1/roles.pb.h"

namespace sky::auth {
namespace {
struct Grant {
    RoleKey key;
    std::string address, over, by;
};

Record record_of(const Grant& grant, std::string action) {
    const std::string over = grant.over.empty() ? "the platform" : grant.over;
    return {.tenant = grant.key.tenant,
            .action = std::move(action),
            .object = grant.address + " " + std::string(name_of(grant.key.role)) + " over " + over,
            .account_ids = {grant.key.account.value}};
}

Task<Result<Written<admin_v1::RoleGrant>>> add(AuthShard&, pg::Transaction& transaction, const Grant& grant) {
    if (auto done = co_await grant_role(transaction, grant.key, grant.by); !done) co_return forward(done);
    admin_v1::RoleGrant reply;
    reply.set_address(grant.address);
    reply.set_role(std::string(name_of(grant.key.role)));
    reply.set_over(grant.over);
    reply.set_granted(unix_seconds(std::chrono::system_clock::now()));
    reply.set_granted_by(grant.by);
    co_return Written<admin_v1::RoleGrant>{std::move(reply), record_of(grant, "role.grant")};
}

Task<Result<Written<admin_v1::RemoveReply>>> remove(AuthShard&, pg::Transaction& transaction, const Grant& grant) {
    auto gone = co_await revoke_role(transaction, grant.key);
    if (!gone) co_return forward(gone);
    if (!*gone) co_return unexpected(Fault::not_found, "the account has no such role");
    admin_v1::RemoveReply reply;
    reply.set_removed(1);
    co_return Written<admin_v1::RemoveReply>{reply, record_of(grant, "role.revoke")};
}

// Checked: no higher than the caller's own, and over what the caller administers.
template <class Request>
Task<Result<Grant>> grant_of(AuthShard& shard, const Caller& caller, const Request& request) {
    auto mailbox = co_await named_mailbox(shard, caller, request.address());
    if (!mailbox) co_return forward(mailbox);
    const auto role = role_named(request.role());
    if (!role || *role == Role::user) co_return unexpected(Fault::syntax, "a role is one of help_desk, tenant, reseller, platform");
    if (*role > caller.subject.role) co_return unexpected(Fault::forbidden, "this role is higher than yours");
    Grant out{{mailbox->tenant_id, mailbox->account, *role, {}}, mailbox->address, {}, caller.subject.name};
    if (*role == Role::platform) {
        if (!request.over().empty()) co_return unexpected(Fault::syntax, "the role platform is over everything");
        co_return out;
    }
    const std::string name = request.over().empty() ? mailbox->tenant : ascii::to_lower(request.over());
    auto over = co_await find_tenant(shard.pool(), caller.view(), name, caller.deadline);
    if (!over) co_return forward(over);
    auto reached = co_await reaches(shard, caller, over->id);
    if (!reached) co_return forward(reached);
    if (!*reached) co_return unexpected(Fault::not_found, "no such tenant", "outside of the reach of " + caller.subject.name);
    if (*role == Role::reseller && over->kind != "reseller") co_return unexpected(Fault::conflict, "this tenant is no reseller");
    // A reseller hands on its own role for itself only.
    if (*role == Role::reseller && !caller.is(Role::platform) && over->id != caller.subject.over)
        co_return unexpected(Fault::forbidden, "this role is higher than yours");
    out.key.over = over->id;
    out.over = over->name;
    co_return out;
}

Task<Result<admin_v1::RoleGrant>> grant_it(AuthShard& shard, Caller caller, const admin_v1::GrantRoleRequest& request) {
    auto grant = co_await grant_of(shard, caller, request);
    if (!grant) co_return forward(grant);
    co_return co_await write(shard, caller, {}, grant->key.tenant, *grant, &add);
}

Task<Result<admin_v1::RemoveReply>> revoke_it(AuthShard& shard, Caller caller, const admin_v1::RevokeRoleRequest& request) {
    auto grant = co_await grant_of(shard, caller, request);
    if (!grant) co_return forward(grant);
    co_return co_await write(shard, caller, {}, grant->key.tenant, *grant, &remove);
}

Task<Result<admin_v1::ListRolesReply>> list_all(AuthShard& shard, Caller caller, const admin_v1::ListRolesRequest& request) {
    auto rows = co_await list_roles(shard.pool(), caller.view(), ascii::to_lower(request.tenant()), caller.deadline);
    if (!rows) co_return forward(rows);
    admin_v1::ListRolesReply reply;
    for (const auto& row : *rows) {
        auto& role = *reply.add_roles();
        role.set_address(row.address);
        role.set_role(row.role);
        role.set_over(row.over);
        role.set_granted(unix_seconds(row.granted));
        role.set_granted_by(row.granted_by);
    }
    co_return reply;
}
}  // namespace

void serve_roles(AdminMethods& methods) {
    methods.add(&grant_it);
    methods.add(&revoke_it);
    methods.add(&list_all);
}

}  // namespace sky::auth
