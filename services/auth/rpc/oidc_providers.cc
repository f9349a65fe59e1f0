// SetOidcProvider, GetOidcProvider, RemoveOidcProvider.
#include "auth/store/oidc_providers.h"

#include <algorithm>

#include "auth/oauth/metadata.h"
#include "auth/oauth/scopes.h"
#include "auth/relying/attempt.h"
#include "auth/rpc/texts.h"
#include "auth/rpc/write.h"
#include "auth/store/tenants.h"
#include "sky/base/ascii.h"
#include "skybridge/admin/v1/oidc.pb.h"

namespace sky::auth {
namespace {
admin_v1::OidcProvider message(const AuthShard& shard, const std::string& tenant, const OidcProviderRow& row) {
    admin_v1::OidcProvider out;
    out.set_tenant(tenant);
    out.set_issuer(row.issuer);
    out.set_client_id(row.client_id);
    out.set_auth_method(row.auth_method);
    out.set_scopes(row.scopes);
    out.set_address_claim(row.address_claim);
    out.set_name(row.name);
    out.set_changed(unix_seconds(row.changed));
    out.set_redirect_uri(shard.oauth().issuer + std::string(oauth::external_path));
    return out;
}

struct Setting {
    TenantRow tenant;
    OidcProviderRow provider;
};
Task<Result<Written<admin_v1::OidcProvider>>> set(AuthShard& shard, pg::Transaction& transaction, const Setting& to) {
    auto row = co_await set_oidc_provider(transaction, to.tenant.id, to.provider);
    if (!row) co_return forward(row);
    co_return Written<admin_v1::OidcProvider>{message(shard, to.tenant.name, *row),
                                              {.tenant = to.tenant.id, .action = "oidc_provider.set", .object = row->issuer}};
}

Task<Result<Written<admin_v1::RemoveReply>>> remove(AuthShard&, pg::Transaction& transaction, const TenantRow& tenant) {
    auto gone = co_await delete_oidc_provider(transaction, tenant.id);
    if (!gone) co_return forward(gone);
    if (!*gone) co_return unexpected(Fault::not_found, "this tenant has no provider");
    admin_v1::RemoveReply reply;
    reply.set_removed(1);
    co_return Written<admin_v1::RemoveReply>{reply, {.tenant = tenant.id, .action = "oidc_provider.remove", .object = tenant.name}};
}

Task<Result<TenantRow>> named(AuthShard& shard, const Caller& caller, const std::string& name) {
    co_return co_await find_tenant(shard.pool(), caller.view(), ascii::to_lower(name), caller.deadline);
}

Result<OidcProviderRow> provider_of(const admin_v1::SetOidcProviderRequest& request) {
    OidcProviderRow out{.issuer = request.issuer(), .client_id = request.client_id()};
    if (!relying::is_provider(out.issuer)) return unexpected(Fault::syntax, "the issuer is an https address, as the provider writes it");
    if (out.client_id.empty()) return unexpected(Fault::syntax, "what the provider calls us is missing");
    for (const auto& [text, what] :
         {std::pair{&request.client_id(), "client id"}, {&request.client_secret(), "client secret"}, {&request.name(), "name"}})
        if (auto good = check_text(*text, 256, what); !good) return forward(good);
    if (!request.auth_method().empty()) out.auth_method = request.auth_method();
    if (out.auth_method != "none" && out.auth_method != "client_secret_basic" && out.auth_method != "client_secret_post")
        return unexpected(Fault::syntax, "the method is none, client_secret_basic or client_secret_post");
    if (!request.scopes().empty()) {
        const auto scopes = oauth::parse_scopes(request.scopes());
        if (!scopes || request.scopes().size() > 512 || !oauth::contains(*scopes, "openid"))
            return unexpected(Fault::syntax, "the scopes are words between spaces, openid among them");
        out.scopes = oauth::scope_text(*scopes);
    }
    const auto in_name = [](char c) { return ascii::is_alnum(c) || c == '_' || c == '-' || c == '.' || c == ':' || c == '/'; };
    if (!request.address_claim().empty()) out.address_claim = request.address_claim();
    if (out.address_claim.size() > 128 || !std::ranges::all_of(out.address_claim, in_name))
        return unexpected(Fault::syntax, "the address is in a claim of one word");
    out.name = request.name();
    return out;
}

Task<Result<admin_v1::OidcProvider>> set_provider(AuthShard& shard, Caller caller, const admin_v1::SetOidcProviderRequest& request) {
    auto tenant = co_await named(shard, caller, request.tenant());
    if (!tenant) co_return forward(tenant);
    if (!shard.oauth().offered()) co_return unexpected(Fault::unsupported, "there are no pages to sign in at: OAUTH_ISSUER is not set");
    auto provider = provider_of(request);
    if (!provider) co_return forward(provider);
    if (provider->auth_method != "none") {
        auto before = co_await find_oidc_provider(shard.pool(), tenant->id, caller.deadline);
        if (!before) co_return forward(before);
        // A secret is never sent to another issuer than the one that it was given for.
        if (!request.client_secret().empty())
            provider->sealed_secret = shard.seal().seal(relying::oidc_secret_place(tenant->id), request.client_secret());
        else if (*before && (*before)->issuer == provider->issuer)
            provider->sealed_secret = (*before)->sealed_secret;
        if (provider->sealed_secret.empty()) co_return unexpected(Fault::syntax, "the client secret is missing");
    }
    auto published = co_await shard.providers().metadata(provider->issuer, caller.deadline);
    if (!published) co_return forward(published);
    co_return co_await write(shard, caller, {}, tenant->id, Setting{*tenant, std::move(*provider)}, &set);
}

Task<Result<admin_v1::OidcProvider>> get_provider(AuthShard& shard, Caller caller, const admin_v1::GetOidcProviderRequest& request) {
    auto tenant = co_await named(shard, caller, request.tenant());
    if (!tenant) co_return forward(tenant);
    auto row = co_await find_oidc_provider(shard.pool(), tenant->id, caller.deadline);
    if (!row) co_return forward(row);
    if (!*row) co_return unexpected(Fault::not_found, "this tenant has no provider");
    co_return message(shard, tenant->name, **row);
}

Task<Result<admin_v1::RemoveReply>> remove_provider(AuthShard& shard, Caller caller, const admin_v1::RemoveOidcProviderRequest& request) {
    auto tenant = co_await named(shard, caller, request.tenant());
    if (!tenant) co_return forward(tenant);
    co_return co_await write(shard, caller, {}, tenant->id, *tenant, &remove);
}
}  // namespace

void serve_oidc_providers(AdminMethods& methods) {
    methods.add(&set_provider);
    methods.add(&get_provider);
    methods.add(&remove_provider);
}

}  // namespace sky::auth
