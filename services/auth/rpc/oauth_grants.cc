// ListOAuthGrants, RevokeOAuthGrant, ListOAuthKeys, RotateOAuthKeys.
#include "auth/store/oauth_grants.h"

#include "auth/oauth/keys.h"
#include "auth/rpc/mailbox.h"
#include "auth/rpc/write.h"
#include "skybridge/admin/v1/oauth.pb.h"

namespace sky::auth {
namespace {
struct Revocation {
    MailboxRow mailbox;
    std::int64_t id;  // 0: all
};
Task<Result<Written<admin_v1::RemoveReply>>> revoke(AuthShard&, pg::Transaction& transaction, const Revocation& to) {
    const auto& [mailbox, id] = to;
    std::int64_t gone = 0;
    if (id == 0) {
        auto all = co_await oauth::delete_grants(transaction, mailbox.tenant_id, mailbox.account);
        if (!all) co_return forward(all);
        gone = *all;
    } else {
        auto one = co_await oauth::delete_grant(transaction, mailbox.tenant_id, mailbox.account, id);
        if (!one) co_return forward(one);
        if (!*one) co_return unexpected(Fault::not_found, "no such grant");
        gone = 1;
    }
    admin_v1::RemoveReply reply;
    reply.set_removed(static_cast<std::uint32_t>(gone));
    co_return Written<admin_v1::RemoveReply>{reply,
                                             {.tenant = mailbox.tenant_id,
                                              .action = id == 0 ? "oauth_grant.remove_all" : "oauth_grant.remove",
                                              .object = id == 0 ? mailbox.address : mailbox.address + "#" + std::to_string(id),
                                              .account_ids = {mailbox.account.value}}};
}

admin_v1::ListOAuthKeysReply message(const std::vector<oauth::KeyRow>& rows) {
    admin_v1::ListOAuthKeysReply out;
    for (const auto& row : rows) {
        auto& key = *out.add_keys();
        key.set_id(row.id);
        key.set_algorithm(row.algorithm);
        key.set_created(unix_seconds(row.created));
        key.set_signs_from(unix_seconds(row.signs_from));
        if (row.ends) key.set_ends(unix_seconds(*row.ends));
    }
    return out;
}

struct Rotation {
    oauth::Others others;
    Deadline deadline;
};
Task<Result<Written<admin_v1::ListOAuthKeysReply>>> rotate(AuthShard& shard, pg::Transaction& transaction, const Rotation& to) {
    auto keys = co_await oauth::replace_keys(shard.seal(), shard.slow_work(), transaction, to.others, std::chrono::system_clock::now(),
                                             to.deadline);
    if (!keys) co_return forward(keys);
    co_return Written<admin_v1::ListOAuthKeysReply>{
        message(*keys),
        {.tenant = {}, .action = "oauth_key.rotate", .object = to.others == oauth::Others::dropped ? "others dropped" : ""}};
}

Task<Result<admin_v1::ListOAuthGrantsReply>> list_grants_of(AuthShard& shard, Caller caller,
                                                            const admin_v1::ListOAuthGrantsRequest& request) {
    auto mailbox = co_await named_mailbox(shard, caller, request.address());
    if (!mailbox) co_return forward(mailbox);
    auto rows = co_await oauth::list_grants(shard.pool(), mailbox->tenant_id, mailbox->account, caller.deadline);
    if (!rows) co_return forward(rows);
    admin_v1::ListOAuthGrantsReply reply;
    for (const auto& row : *rows) {
        auto& grant = *reply.add_grants();
        grant.set_id(row.id);
        grant.set_client_id(row.client_id);
        grant.set_client_name(row.client_name);
        grant.mutable_scopes()->Assign(row.scopes.begin(), row.scopes.end());
        grant.mutable_resources()->Assign(row.resources.begin(), row.resources.end());
        grant.set_created(unix_seconds(row.created));
        if (row.last_used) grant.set_last_used(unix_seconds(*row.last_used));
    }
    co_return reply;
}

Task<Result<admin_v1::RemoveReply>> revoke_it(AuthShard& shard, Caller caller, const admin_v1::RevokeOAuthGrantRequest& request) {
    auto mailbox = co_await named_mailbox(shard, caller, request.address());
    if (!mailbox) co_return forward(mailbox);
    co_return co_await write(shard, caller, {}, mailbox->tenant_id, Revocation{*mailbox, request.id()}, &revoke);
}

Task<Result<admin_v1::ListOAuthKeysReply>> list_all_keys(AuthShard& shard, Caller caller, const admin_v1::ListOAuthKeysRequest&) {
    auto rows = co_await oauth::list_keys(shard.pool(), caller.deadline);
    if (!rows) co_return forward(rows);
    co_return message(*rows);
}

Task<Result<admin_v1::ListOAuthKeysReply>> rotate_keys(AuthShard& shard, Caller caller, const admin_v1::RotateOAuthKeysRequest& request) {
    const Rotation to{request.drop_others() ? oauth::Others::dropped : oauth::Others::kept, caller.deadline};
    co_return co_await write(shard, caller, {}, TenantId{}, to, &rotate);
}
}  // namespace

void serve_oauth_grants(AdminMethods& methods) {
    methods.add(&list_grants_of);
    methods.add(&revoke_it);
    methods.add(&list_all_keys);
    methods.add(&rotate_keys);
}

}  // namespace sky::auth
