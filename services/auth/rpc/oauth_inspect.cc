// Revoke, Introspect, UserInfo.
#include "auth/access/access.h"
#include "auth/oauth/metadata.h"
#include "auth/oauth/scopes.h"
#include "auth/rpc/oauth.h"
#include "auth/store/changes.h"
#include "sky/base/ascii.h"

namespace sky::auth::oauth {
namespace {
namespace bj = boost::json;

// One access token goes, the grant stays; whatever is signed in by it ends too.
Task<Result<void>> end_access(AuthShard& shard, const Held& held, Deadline deadline) {
    auto transaction = co_await shard.pool().begin(held.tenant, deadline);
    if (!transaction) co_return forward(transaction);
    auto gone = co_await delete_held(*transaction, held.tenant, held.id);
    if (!gone) co_return forward(gone);
    if (!*gone) co_return Result<void>{};
    auto recorded = co_await record(*transaction, {"client " + held.client_id, ""},
                                    {.tenant = held.tenant,
                                     .action = "oauth_token.revoke",
                                     .object = held.address + "#" + std::to_string(held.grant),
                                     .account_ids = {held.account.value}});
    if (!recorded) co_return forward(recorded);
    if (auto done = co_await transaction->commit(); !done) co_return forward(done);
    shard.changed();
    co_return Result<void>{};
}

// RFC 7009 §2.1, §2.2: a token that is not there is as good as revoked.
Task<Outcome<Reply>> revoke_shown(AuthShard& shard, const oauth_v1::HttpForm& http, Deadline deadline) {
    auto request = co_await client_request(shard, http, deadline);
    if (!request) co_return pass_on(request);
    if (!request->form.has("token")) co_return refuse("invalid_request", "token is missing");
    auto held = co_await find_held(shard.pool(), token_digest(request->form.text("token")), deadline);
    if (!held) co_return failed(held);
    if (!*held || (*held)->kind == "code") co_return empty_reply(200);
    if ((*held)->client_id != request->client.id) co_return refuse("invalid_grant", "the token is another client's");
    auto done = (*held)->kind == "access" ? co_await end_access(shard, **held, deadline)
                                          : co_await end_grant(shard, **held, "oauth_grant.revoke", deadline);
    if (!done) co_return failed(done);
    co_return empty_reply(200);
}

bj::array audience_of(const Held& held, const Options& options) {
    bj::array out;
    for (const auto& one : held.resources) out.emplace_back(one);
    if (out.empty()) out.emplace_back(options.issuer);
    return out;
}

// RFC 7662 §2: for clients with a secret, of tokens that are theirs or for what they serve; of all others they learn nothing.
Task<Outcome<Reply>> look_into(AuthShard& shard, const oauth_v1::HttpForm& http, Deadline deadline) {
    auto request = co_await client_request(shard, http, deadline);
    if (!request) co_return pass_on(request);
    const Client& client = request->client;
    if (!client.is_confidential()) co_return refuse("invalid_client", "only clients with a secret may look into tokens", 401);
    if (!request->form.has("token")) co_return refuse("invalid_request", "token is missing");
    auto found = co_await find_held(shard.pool(), token_digest(request->form.text("token")), deadline);
    if (!found) co_return failed(found);
    const Reply nothing = json_reply(200, {{"active", false}});
    if (!*found) co_return nothing;
    const Held& held = **found;
    const bool is_own = held.client_id == client.id;
    const bool is_served = !client.resource.empty() && contains(held.resources, client.resource) && held.kind == "access" &&
                           (!client.tenant || client.tenant == held.tenant);
    if (held.kind == "code" || held.is_used || !held.is_live || !(is_own || is_served)) co_return nothing;
    bj::object out{{"active", true},
                   {"scope", scope_text(held.scopes)},
                   {"client_id", held.client_id},
                   {"username", held.address},
                   {"sub", subject_of(held.account)},
                   {"aud", audience_of(held, shard.oauth())},
                   {"iss", shard.oauth().issuer},
                   {"iat", unix_seconds(held.created)},
                   {"exp", unix_seconds(held.expires)}};
    if (held.kind == "access") out["token_type"] = "Bearer";
    co_return json_reply(200, out);
}

Task<Outcome<Reply>> tell_of(AuthShard& shard, const oauth_v1::HttpForm& http, Deadline deadline) {
    if (http.authorization().empty()) co_return refuse("", "", 401);
    if (!ascii::starts_ignoring_case(http.authorization(), "bearer ")) co_return refuse("invalid_request", "want a bearer token", 401);
    const auto token = ascii::trim(std::string_view(http.authorization()).substr(7));
    auto held = co_await find_held(shard.pool(), token_digest(token), deadline);
    if (!held) co_return failed(held);
    if (!*held || (*held)->kind != "access" || !(*held)->is_live)
        co_return refuse("invalid_token", "the token is unknown or has ended", 401);
    if (!contains((*held)->scopes, "openid")) co_return refuse("insufficient_scope", "the token is not for this", 403);
    co_return json_reply(200, user_claims({(*held)->account, (*held)->address, (*held)->display_name}, (*held)->scopes));
}
}  // namespace

Task<Result<oauth_v1::HttpReply>> revoke(AuthShard& shard, rpc::Context context, const oauth_v1::RevokeRequest& request) {
    if (auto may = permit_gateway(shard, context); !may) co_return forward(may);
    auto reply = co_await revoke_shown(shard, request.http(), patience_of(context));
    co_return message(reply ? *reply : refusal_reply(reply.error()));
}

Task<Result<oauth_v1::HttpReply>> introspect(AuthShard& shard, rpc::Context context, const oauth_v1::IntrospectRequest& request) {
    if (auto may = permit_gateway(shard, context); !may) co_return forward(may);
    auto reply = co_await look_into(shard, request.http(), patience_of(context));
    co_return message(reply ? *reply : refusal_reply(reply.error()));
}

Task<Result<oauth_v1::HttpReply>> user_info(AuthShard& shard, rpc::Context context, const oauth_v1::UserInfoRequest& request) {
    if (auto may = permit_gateway(shard, context); !may) co_return forward(may);
    auto reply = co_await tell_of(shard, request.http(), patience_of(context));
    co_return message(reply ? *reply : bearer_refusal(reply.error(), resource_metadata_uri(shard.oauth())));
}

}  // namespace sky::auth::oauth
