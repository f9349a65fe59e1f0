// Token: codes, refresh tokens; of devices in oauth_device.cc.
#include "auth/access/access.h"
#include "auth/oauth/authorization.h"
#include "auth/oauth/pkce.h"
#include "auth/oauth/scopes.h"
#include "auth/oauth/secrets.h"
#include "auth/rpc/oauth.h"
#include "sky/telemetry/log.h"

namespace sky::auth::oauth {
namespace {
std::unexpected<Refusal> bad_grant(const char* why) { return refuse("invalid_grant", why); }

// Spends what was shown and makes what is due, in one transaction: nobody gets two for one.
Task<Outcome<Issued>> exchange(AuthShard& shard, const Held& held, Issue wanted, Deadline deadline) {
    auto transaction = co_await shard.pool().begin(held.tenant, deadline);
    if (!transaction) co_return failed(transaction);
    auto spent = co_await spend_held(*transaction, held.tenant, held.id);
    if (!spent) co_return failed(spent);
    if (!*spent) co_return bad_grant("it was used already");
    wanted.tenant = held.tenant;
    wanted.grant = held.grant;
    wanted.granted_scopes = held.granted_scopes;
    wanted.granted_resources = held.granted_resources;
    auto issued = co_await issue(shard.oauth(), *transaction, wanted);
    if (!issued) co_return failed(issued);
    if (auto done = co_await transaction->commit(); !done) co_return failed(done);
    co_return std::move(*issued);
}

// Shown, and what it is. What was spent before is in two hands: the whole grant goes (RFC 6749 §4.1.2, RFC 9700 §4.14.2).
Task<Outcome<Held>> shown(AuthShard& shard, const ClientRequest& request, const std::string& secret, std::string_view kind,
                          Deadline deadline) {
    auto found = co_await find_held(shard.pool(), token_digest(secret), deadline);
    if (!found) co_return failed(found);
    if (!*found || (*found)->kind != kind || (*found)->client_id != request.client.id) co_return bad_grant("it is unknown or has ended");
    Held& held = **found;
    if (held.is_used) {
        log::warning("auth.oauth.reused", {{"client", held.client_id}, {"address", held.address}, {"kind", kind}});
        if (auto ended = co_await end_grant(shard, held, "oauth_grant.reuse", deadline); !ended) co_return failed(ended);
        co_return bad_grant("it was used already");
    }
    if (!held.is_live) co_return bad_grant("it is unknown or has ended");
    co_return std::move(held);
}

// Less than was granted may be asked for, never more (RFC 6749 §6, RFC 8707 §2.2).
Outcome<Issue> narrowed(const ClientRequest& request, const Held& held) {
    Issue out{.tenant = {},
              .grant = {},
              .scopes = held.granted_scopes,
              .resources = held.granted_resources,
              .granted_scopes = {},
              .granted_resources = {},
              .refresh = request.client.may(refresh_token)};
    if (request.form.has("scope")) {
        auto asked = parse_scopes(request.form.text("scope"));
        if (!asked || asked->empty() || !contains_all(held.granted_scopes, *asked))
            return refuse("invalid_scope", "more is asked for than was granted");
        out.scopes = std::move(*asked);
    }
    if (request.form.has("resource")) {
        auto asked = resources_of(request.form, held.granted_resources);
        if (!asked) return pass_on(asked);
        out.resources = std::move(*asked);
    }
    return out;
}

Task<Outcome<Reply>> finish(AuthShard& shard, const ClientRequest& request, const Held& held, Issue wanted, Deadline deadline) {
    const auto scopes = wanted.scopes;
    auto key = co_await id_token_key(shard, request.client, scopes, deadline);
    if (!key) co_return failed(key);
    auto issued = co_await exchange(shard, held, std::move(wanted), deadline);
    if (!issued && issued.error().error == "invalid_grant") {
        // Another request was faster with the same.
        if (auto ended = co_await end_grant(shard, held, "oauth_grant.reuse", deadline); !ended) co_return failed(ended);
    }
    if (!issued) co_return pass_on(issued);
    if (*key)
        if (auto added = add_id_token(shard.oauth(), **key, held, scopes, *issued); !added) co_return failed(added);
    co_return json_reply(200, issued->body);
}

Task<Outcome<Reply>> by_code(AuthShard& shard, const ClientRequest& request, Deadline deadline) {
    if (!request.form.has("code")) co_return refuse("invalid_request", "code is missing");
    auto held = co_await shown(shard, request, request.form.text("code"), "code", deadline);
    if (!held) co_return pass_on(held);
    // RFC 6749 §4.1.3; OAuth 2.1 leaves it out, so that it counts only where it is sent.
    if (request.form.has("redirect_uri") && request.form.text("redirect_uri") != held->redirect_uri)
        co_return bad_grant("redirect_uri is not the one of the request");
    if (!proves(request.form.text("code_verifier"), held->code_challenge)) co_return bad_grant("code_verifier does not prove the request");
    auto wanted = narrowed(request, *held);
    if (!wanted) co_return pass_on(wanted);
    co_return co_await finish(shard, request, *held, std::move(*wanted), deadline);
}

Task<Outcome<Reply>> by_refresh_token(AuthShard& shard, const ClientRequest& request, Deadline deadline) {
    if (!request.form.has("refresh_token")) co_return refuse("invalid_request", "refresh_token is missing");
    auto held = co_await shown(shard, request, request.form.text("refresh_token"), "refresh", deadline);
    if (!held) co_return pass_on(held);
    auto wanted = narrowed(request, *held);
    if (!wanted) co_return pass_on(wanted);
    held->nonce.clear();  // OpenID Connect Core §12.2: of the first identity token only
    co_return co_await finish(shard, request, *held, std::move(*wanted), deadline);
}

constexpr struct {
    std::string_view type;
    Task<Outcome<Reply>> (*run)(AuthShard& shard, const ClientRequest& request, Deadline deadline);
} grants[] = {
    {authorization_code, &by_code},
    {refresh_token, &by_refresh_token},
    {device_code, &by_device_code},
};

Task<Outcome<Reply>> answer(AuthShard& shard, const oauth_v1::HttpForm& http, Deadline deadline) {
    auto request = co_await client_request(shard, http, deadline);
    if (!request) co_return pass_on(request);
    const std::string type = request->form.text("grant_type");
    if (type.empty()) co_return refuse("invalid_request", "grant_type is missing");
    for (const auto& grant : grants) {
        if (grant.type != type) continue;
        if (!request->client.may(type)) co_return refuse("unauthorized_client", "this client may not use this grant_type");
        co_return co_await grant.run(shard, *request, deadline);
    }
    co_return refuse("unsupported_grant_type", "this grant_type is not offered");
}
}  // namespace

Task<Result<oauth_v1::HttpReply>> token(AuthShard& shard, rpc::Context context, const oauth_v1::TokenRequest& request) {
    if (auto may = permit_gateway(shard, context); !may) co_return forward(may);
    auto reply = co_await answer(shard, request.http(), patience_of(context));
    co_return message(reply ? *reply : refusal_reply(reply.error()));
}

}  // namespace sky::auth::oauth
