// AddOAuthClient, ListOAuthClients, RemoveOAuthClient, RotateOAuthClientSecret.
#include "auth/store/oauth_clients.h"

#include <map>

#include "auth/oauth/registration.h"
#include "auth/oauth/scopes.h"
#include "auth/oauth/secrets.h"
#include "auth/rpc/write.h"
#include "auth/store/oauth_grants.h"
#include "auth/store/tenants.h"
#include "sky/base/ascii.h"
#include "skybridge/admin/v1/oauth.pb.h"

namespace sky::auth {
namespace {
admin_v1::OAuthClient message(const oauth::Client& client, const std::string& tenant) {
    admin_v1::OAuthClient out;
    out.set_client_id(client.id);
    out.set_tenant(tenant);
    out.set_name(client.name);
    out.set_uri(client.uri);
    out.set_auth_method(client.auth_method);
    out.mutable_redirect_uris()->Assign(client.redirect_uris.begin(), client.redirect_uris.end());
    out.mutable_grant_types()->Assign(client.grant_types.begin(), client.grant_types.end());
    out.mutable_scopes()->Assign(client.scopes.begin(), client.scopes.end());
    out.set_id_token_alg(client.id_token_alg);
    out.set_trusted(client.trusted);
    out.set_resource(client.resource);
    out.set_origin(client.origin);
    out.set_created(unix_seconds(client.created));
    out.set_created_by(client.created_by);
    return out;
}

struct Named {
    TenantId id;  // nothing: everybody's
    std::string name;
};
Task<Result<Named>> named_tenant(AuthShard& shard, const Caller& caller, const std::string& name) {
    if (name.empty()) {
        if (!caller.is(Role::platform)) co_return unexpected(Fault::forbidden, "programs for everybody are the provider's");
        co_return Named{};
    }
    auto tenant = co_await find_tenant(shard.pool(), caller.view(), ascii::to_lower(name), caller.deadline);
    if (!tenant) co_return forward(tenant);
    co_return Named{tenant->id, tenant->name};
}

struct Addition {
    oauth::Client client;
    std::string tenant, secret;
};
Task<Result<Written<admin_v1::NewOAuthClient>>> add(AuthShard&, pg::Transaction& transaction, const Addition& to) {
    auto row = co_await oauth::insert_client(transaction, to.client);
    if (!row && row.error().fault == Fault::already_exists)
        co_return unexpected(Fault::already_exists, "another program serves this resource", row.error().reason);
    if (!row) co_return forward(row);
    admin_v1::NewOAuthClient reply;
    *reply.mutable_client() = message(*row, to.tenant);
    reply.set_secret(to.secret);
    co_return Written<admin_v1::NewOAuthClient>{std::move(reply),
                                                {.tenant = to.client.tenant, .action = "oauth_client.add", .object = row->id}};
}

struct Removal {
    TenantId tenant;
    std::string client_id;
};
Task<Result<Written<admin_v1::RemoveReply>>> remove(AuthShard&, pg::Transaction& transaction, const Removal& to) {
    auto accounts = co_await oauth::accounts_with(transaction, to.client_id);  // whose sessions end with it
    if (!accounts) co_return forward(accounts);
    auto gone = co_await oauth::delete_client(transaction, to.tenant, to.client_id);
    if (!gone) co_return forward(gone);
    if (!*gone) co_return unexpected(Fault::not_found, "no such program");
    admin_v1::RemoveReply reply;
    reply.set_removed(1);
    co_return Written<admin_v1::RemoveReply>{
        reply, {.tenant = to.tenant, .action = "oauth_client.remove", .object = to.client_id, .account_ids = std::move(*accounts)}};
}

struct NewSecret {
    Named tenant;
    std::string client_id, secret;
};
Task<Result<Written<admin_v1::NewOAuthClient>>> renew(AuthShard&, pg::Transaction& transaction, const NewSecret& to) {
    auto row = co_await oauth::set_client_secret(transaction, to.tenant.id, to.client_id, token_digest(to.secret));
    if (!row) co_return forward(row);
    if (!*row) co_return unexpected(Fault::not_found, "no such program, or one without a secret");
    admin_v1::NewOAuthClient reply;
    *reply.mutable_client() = message(**row, to.tenant.name);
    reply.set_secret(to.secret);
    co_return Written<admin_v1::NewOAuthClient>{std::move(reply),
                                                {.tenant = to.tenant.id, .action = "oauth_client.secret", .object = to.client_id}};
}

Task<Result<admin_v1::NewOAuthClient>> add_client(AuthShard& shard, Caller caller, const admin_v1::AddOAuthClientRequest& request) {
    auto tenant = co_await named_tenant(shard, caller, request.tenant());
    if (!tenant) co_return forward(tenant);
    auto client = oauth::checked_client({.id = oauth::new_client_id(),
                                         .tenant = tenant->id,
                                         .name = request.name(),
                                         .uri = request.uri(),
                                         .auth_method = request.auth_method(),
                                         .secret_digest = {},
                                         .redirect_uris = {request.redirect_uris().begin(), request.redirect_uris().end()},
                                         .grant_types = {request.grant_types().begin(), request.grant_types().end()},
                                         .scopes = {request.scopes().begin(), request.scopes().end()},
                                         .id_token_alg = request.id_token_alg(),
                                         .trusted = request.trusted(),
                                         .resource = request.resource(),
                                         .origin = "operator",
                                         .created = {},
                                         .created_by = caller.subject.name});
    if (!client) co_return unexpected(Fault::syntax, client.error().description);
    // Who serves a resource may look into everybody's tokens for it.
    if (oauth::contains(shard.oauth().resources, client->resource))
        co_return unexpected(Fault::forbidden, "this resource is the house's own");
    if (!client->resource.empty() && !client->is_confidential())
        co_return unexpected(Fault::syntax, "a program that serves a resource has a secret");
    Addition to{std::move(*client), tenant->name, {}};
    if (to.client.is_confidential()) {
        to.secret = oauth::new_secret(oauth::client_secret_prefix);
        to.client.secret_digest = token_digest(to.secret);
    }
    co_return co_await write(shard, caller, {}, tenant->id, to, &add);  // no idempotency key: the outcome would hold the secret
}

Task<Result<admin_v1::ListOAuthClientsReply>> list_all(AuthShard& shard, Caller caller, const admin_v1::ListOAuthClientsRequest& request) {
    if (auto fits = check_page(request.page()); !fits) co_return forward(fits);
    const Page page = page_of(request.page());
    oauth::ClientFilter filter;
    if (!request.tenant().empty()) {
        auto tenant = co_await find_tenant(shard.pool(), caller.view(), ascii::to_lower(request.tenant()), caller.deadline);
        if (!tenant) co_return forward(tenant);
        filter.tenant = tenant->id;
    }
    auto rows = co_await oauth::list_clients(shard.pool(), caller.view(), filter, page, caller.deadline);
    if (!rows) co_return forward(rows);
    admin_v1::ListOAuthClientsReply reply;
    std::map<TenantId, std::string> names;
    for (const auto& row : *rows) {
        const auto [place, is_new] = names.try_emplace(row.tenant);
        if (is_new && row.tenant) {
            auto tenant = co_await find_tenant_by_id(shard.pool(), row.tenant, caller.deadline);
            if (!tenant && tenant.error().fault != Fault::not_found) co_return forward(tenant);  // else gone meanwhile
            if (tenant) place->second = tenant->name;
        }
        *reply.add_clients() = message(row, place->second);
    }
    if (rows->size() == static_cast<std::size_t>(page.size)) reply.set_next(rows->back().id);
    co_return reply;
}

Task<Result<admin_v1::RemoveReply>> remove_client(AuthShard& shard, Caller caller, const admin_v1::RemoveOAuthClientRequest& request) {
    auto tenant = co_await named_tenant(shard, caller, request.tenant());
    if (!tenant) co_return forward(tenant);
    co_return co_await write(shard, caller, {}, tenant->id, Removal{tenant->id, request.client_id()}, &remove);
}

Task<Result<admin_v1::NewOAuthClient>> rotate_secret(AuthShard& shard, Caller caller,
                                                     const admin_v1::RotateOAuthClientSecretRequest& request) {
    auto tenant = co_await named_tenant(shard, caller, request.tenant());
    if (!tenant) co_return forward(tenant);
    const NewSecret to{*tenant, request.client_id(), oauth::new_secret(oauth::client_secret_prefix)};
    co_return co_await write(shard, caller, {}, tenant->id, to, &renew);
}
}  // namespace

void serve_oauth_clients(AdminMethods& methods) {
    methods.add(&add_client);
    methods.add(&list_all);
    methods.add(&remove_client);
    methods.add(&rotate_secret);
}

}  // namespace sky::auth
