#include "auth/access/access.h"
#include "auth/oauth/keys.h"
#include "auth/oauth/scopes.h"
#include "auth/oauth/secrets.h"
#include "auth/rpc/oauth.h"
#include "auth/store/changes.h"
#include "auth/store/oauth_clients.h"
#include "auth/store/oauth_grants.h"
#include "sky/base/ascii.h"
#include "sky/jwt/token.h"
#include "sky/telemetry/log.h"

namespace sky::auth::oauth {
namespace {
constexpr std::chrono::seconds patience{10};

Outcome<Form> form_of(const oauth_v1::HttpForm& http) {
    const auto type = ascii::trim(std::string_view(http.content_type()).substr(0, http.content_type().find(';')));
    if (!ascii::equals_ignoring_case(type, "application/x-www-form-urlencoded"))
        return refuse("invalid_request", "want application/x-www-form-urlencoded");
    return Form::parse(http.body());
}
}  // namespace

Result<void> permit_gateway(const AuthShard& shard, const rpc::Context& context) {
    if (auto may = shard.permit(context.caller, Right::show_pages); !may) return forward(may);
    if (!shard.oauth().offered()) return unexpected(Fault::unsupported, "OAuth is not offered here", "OAUTH_ISSUER is not set");
    return {};
}

Deadline patience_of(const rpc::Context& context) { return std::min(context.deadline, after(patience)); }

oauth_v1::HttpReply message(const Reply& reply) {
    oauth_v1::HttpReply out;
    out.set_status(static_cast<std::uint32_t>(reply.status));
    for (const auto& [name, value] : reply.headers) {
        auto& header = *out.add_headers();
        header.set_name(name);
        header.set_value(value);
    }
    out.set_body(reply.body);
    return out;
}

Task<Outcome<ClientRequest>> client_request(AuthShard& shard, const oauth_v1::HttpForm& http, Deadline deadline) {
    auto form = form_of(http);
    if (!form) co_return pass_on(form);
    auto claimed = claimed_client(http.authorization(), *form);
    if (!claimed) co_return pass_on(claimed);
    auto client = co_await find_client(shard.pool(), claimed->id, deadline);
    if (!client) co_return failed(client);
    const std::string digest = claimed->secret ? token_digest(*claimed->secret) : std::string();
    if (auto proved = check_client(*client, *claimed, digest); !proved) {
        log::warning("auth.oauth.client_refused",
                     {{"client", ascii::printable(claimed->id, 128)}, {"remote", ascii::printable(http.remote_address(), 64)}});
        co_return pass_on(proved);
    }
    co_return ClientRequest{std::move(*form), std::move(**client)};
}

Task<Outcome<std::vector<std::string>>> known_resources(AuthShard& shard, const Form& form, Deadline deadline) {
    auto out = shard.oauth().resources;
    std::vector<std::string> others;
    for (const auto& one : form.all("resource"))
        if (!contains(out, one) && is_resource(one)) others.push_back(one);
    if (others.empty()) co_return out;
    auto served = co_await served_of(shard.pool(), others, deadline);
    if (!served) co_return failed(served);
    out.insert(out.end(), served->begin(), served->end());
    co_return out;
}

oauth_v1::Page problem(const Refusal& refusal) {
    oauth_v1::Page out;
    out.set_status(static_cast<std::uint32_t>(refusal.status));
    out.mutable_problem()->set_error(refusal.error);
    out.mutable_problem()->set_text(refusal.description);
    return out;
}

void say_scopes(oauth_v1::ConsentPage& page, const std::vector<std::string>& scopes, const std::vector<std::string>& resources) {
    for (const auto& scope : known_scopes()) {
        if (!contains(scopes, scope.name)) continue;
        auto& one = *page.add_scopes();
        one.set_name(std::string(scope.name));
        one.set_sentence(std::string(scope.sentence));
    }
    for (const auto& one : resources) page.add_resources(one);
}

Task<Result<std::optional<SessionRow>>> session_of(AuthShard& shard, const std::string& cookie, Deadline deadline) {
    if (!cookie.starts_with(session_prefix)) co_return std::nullopt;
    co_return co_await find_session(shard.pool(), token_digest(cookie), deadline);
}

Task<Result<Issued>> issue(const Options& options, pg::Transaction& transaction, const Issue& wanted) {
    const Time now = std::chrono::system_clock::now();
    Issued out{.access_token = new_secret(access_prefix), .refresh_token = {}, .body = {}};
    auto done = co_await insert_held(transaction, {.tenant = wanted.tenant,
                                                   .grant = wanted.grant,
                                                   .kind = "access",
                                                   .digest = token_digest(out.access_token),
                                                   .scopes = wanted.scopes,
                                                   .resources = wanted.resources,
                                                   .expires = now + options.access_life});
    if (!done) co_return forward(done);
    out.body = {{"access_token", out.access_token},
                {"token_type", "Bearer"},
                {"expires_in", options.access_life.count()},
                {"scope", scope_text(wanted.scopes)}};
    if (wanted.refresh) {
        out.refresh_token = new_secret(refresh_prefix);
        done = co_await insert_held(transaction, {.tenant = wanted.tenant,
                                                  .grant = wanted.grant,
                                                  .kind = "refresh",
                                                  .digest = token_digest(out.refresh_token),
                                                  .scopes = wanted.granted_scopes,
                                                  .resources = wanted.granted_resources,
                                                  .expires = now + options.refresh_life});
        if (!done) co_return forward(done);
        out.body["refresh_token"] = out.refresh_token;
    }
    done = co_await mark_grant_used(transaction, wanted.tenant, wanted.grant);
    if (!done) co_return forward(done);
    co_return out;
}

Task<Result<std::optional<jwt::PrivateKey>>> id_token_key(AuthShard& shard, const Client& client, const std::vector<std::string>& scopes,
                                                          Deadline deadline) {
    if (!contains(scopes, "openid")) co_return std::nullopt;
    const auto algorithm = jwt::algorithm_named(client.id_token_alg).value_or(jwt::Algorithm::es256);
    auto key = co_await signing_key(shard.pool(), shard.seal(), algorithm, deadline);
    if (!key) co_return forward(key);
    co_return std::optional(std::move(*key));
}

Result<void> add_id_token(const Options& options, const jwt::PrivateKey& key, const Held& held, const std::vector<std::string>& scopes,
                          Issued& issued) {
    const auto claims = id_token_claims({.issuer = options.issuer,
                                         .client_id = held.client_id,
                                         .person = {held.account, held.address, held.display_name},
                                         .scopes = scopes,
                                         .nonce = held.nonce,
                                         .authenticated = held.authenticated,
                                         .methods = held.methods,
                                         .access_token = issued.access_token,
                                         .now = std::chrono::system_clock::now()});
    auto text = jwt::sign(key, "JWT", boost::json::serialize(claims));
    if (!text) return forward(text);
    issued.body["id_token"] = *text;
    return {};
}

Task<Result<void>> end_grant(AuthShard& shard, const Held& held, std::string action, Deadline deadline) {
    auto transaction = co_await shard.pool().begin(held.tenant, deadline);
    if (!transaction) co_return forward(transaction);
    auto gone = co_await delete_grant(*transaction, held.tenant, held.account, held.grant);
    if (!gone) co_return forward(gone);
    if (!*gone) co_return Result<void>{};
    auto recorded = co_await record(*transaction, {"client " + held.client_id, ""},
                                    {.tenant = held.tenant,
                                     .action = action,
                                     .object = held.address + "#" + std::to_string(held.grant),
                                     .account_ids = {held.account.value}});
    if (!recorded) co_return forward(recorded);
    if (auto done = co_await transaction->commit(); !done) co_return forward(done);
    log::info("auth.oauth.grant_ended", {{"client", held.client_id}, {"address", held.address}, {"why", std::move(action)}});
    shard.changed();
    co_return Result<void>{};
}

}  // namespace sky::auth::oauth
