// Authorize, Approve, Deny: what happens at the browser.
#include "auth/oauth/authorization.h"

#include "auth/access/access.h"
#include "auth/oauth/scopes.h"
#include "auth/oauth/secrets.h"
#include "auth/oauth/tickets.h"
#include "auth/rpc/oauth.h"
#include "auth/store/changes.h"
#include "auth/store/oauth_clients.h"
#include "auth/store/oauth_grants.h"
#include "sky/telemetry/log.h"

namespace sky::auth::oauth {
namespace {
constexpr std::chrono::seconds code_life{60};
constexpr std::string_view begun_use = "begun", approval_use = "approval";

oauth_v1::Page go(std::string location) {
    oauth_v1::Page out;
    out.set_status(303);  // RFC 9700 §4.12: never 307, which would send the form with the password along
    out.set_location(std::move(location));
    return out;
}

// A request as far as it is the same whoever is at the browser.
struct Asked {
    Form form;
    Client client;
    std::string redirect_uri;
    Outcome<Authorization> authorization;
};
Task<Outcome<Asked>> asked(AuthShard& shard, const std::string& query, Deadline deadline) {
    auto form = Form::parse(query);
    if (!form) co_return pass_on(form);
    if (!form->has("client_id")) co_return refuse("invalid_request", "client_id is missing");
    auto client = co_await find_client(shard.pool(), form->text("client_id"), deadline);
    if (!client) co_return failed(client);
    if (!*client) co_return refuse("invalid_client", "this program is unknown here");
    auto target = redirect_target(*form, **client);
    if (!target) co_return pass_on(target);
    auto resources = co_await known_resources(shard, *form, deadline);
    if (!resources) co_return pass_on(resources);
    auto authorization = authorization_of(*form, **client, *resources);
    co_return Asked{std::move(*form), std::move(**client), std::move(*target), std::move(authorization)};
}

oauth_v1::Program program_of(const Asked& request) {
    oauth_v1::Program out;
    out.set_client_id(request.client.id);
    out.set_name(request.client.name);
    out.set_uri(request.client.uri);
    out.set_registered_itself(request.client.origin == "registration");
    out.set_returns_to(place_of(request.redirect_uri));
    return out;
}

oauth_v1::Page consent_page(AuthShard& shard, const Asked& request, const SessionRow& session, const std::string& query,
                            const std::string& cookie, Time now) {
    oauth_v1::Page out;
    out.set_status(200);
    auto& page = *out.mutable_consent();
    *page.mutable_program() = program_of(request);
    page.set_address(session.address);
    page.set_display_name(session.display_name);
    say_scopes(page, request.authorization->scopes, request.authorization->resources);
    page.set_approval(Tickets(shard.seal()).issue(approval_use, query, token_digest(cookie), now));
    return out;
}

// The grant and its code, in one transaction and on record.
Task<Outcome<std::string>> grant_code(AuthShard& shard, const Asked& request, const SessionRow& session, const std::string& remote,
                                      Deadline deadline) {
    const Authorization& wanted = *request.authorization;
    auto transaction = co_await shard.pool().begin(session.tenant, deadline);
    if (!transaction) co_return failed(transaction);
    auto grant = co_await insert_grant(*transaction, {.tenant = session.tenant,
                                                      .account = session.account,
                                                      .client_id = request.client.id,
                                                      .scopes = wanted.scopes,
                                                      .resources = wanted.resources,
                                                      .redirect_uri = request.redirect_uri,
                                                      .code_challenge = wanted.code_challenge,
                                                      .nonce = wanted.nonce,
                                                      .authenticated = session.authenticated,
                                                      .methods = session.methods});
    if (!grant) co_return failed(grant);
    const std::string code = new_secret(code_prefix);
    auto kept = co_await insert_held(*transaction, {.tenant = session.tenant,
                                                    .grant = *grant,
                                                    .kind = "code",
                                                    .digest = token_digest(code),
                                                    .scopes = wanted.scopes,
                                                    .resources = wanted.resources,
                                                    .expires = std::chrono::system_clock::now() + code_life});
    if (!kept) co_return failed(kept);
    auto recorded = co_await record(*transaction, {session.address, remote},
                                    {.tenant = session.tenant,
                                     .action = "oauth_grant.add",
                                     .object = session.address + "#" + std::to_string(*grant) + " " + request.client.id});
    if (!recorded) co_return failed(recorded);
    if (auto done = co_await transaction->commit(); !done) co_return failed(done);
    shard.changed();
    log::info("auth.oauth.granted", {{"client", request.client.id}, {"address", session.address}, {"scope", scope_text(wanted.scopes)}});
    co_return code;
}

Task<oauth_v1::Page> go_with_code(AuthShard& shard, const Asked& request, const SessionRow& session, const std::string& remote,
                                  Deadline deadline) {
    const std::string& issuer = shard.oauth().issuer;
    auto code = co_await grant_code(shard, request, session, remote, deadline);
    if (!code) co_return go(way_back_refused(request.redirect_uri, request.form, issuer, code.error()));
    co_return go(way_back(request.redirect_uri, request.form, issuer, {{"code", *code}}));
}

Task<Result<bool>> agreed_before(AuthShard& shard, const Asked& request, const std::optional<SessionRow>& session, Deadline deadline) {
    if (!session || !may_be_remembered(request.client, request.redirect_uri)) co_return false;
    co_return co_await has_agreed(shard.pool(), session->tenant, session->account, request.client.id, request.authorization->scopes,
                                  request.authorization->resources, deadline);
}

Task<oauth_v1::Page> page_of(AuthShard& shard, const oauth_v1::AuthorizeRequest& request, Deadline deadline) {
    auto asking = co_await asked(shard, request.query(), deadline);
    if (!asking) co_return problem(asking.error());
    const auto back = [&](const Refusal& refusal) {
        return go(way_back_refused(asking->redirect_uri, asking->form, shard.oauth().issuer, refusal));
    };
    if (!asking->authorization) co_return back(asking->authorization.error());
    auto session = co_await session_of(shard, request.session(), deadline);
    if (!session) co_return problem(refusal_of(session.error()));
    auto agreed = co_await agreed_before(shard, *asking, *session, deadline);
    if (!agreed) co_return problem(refusal_of(agreed.error()));

    const Tickets tickets(shard.seal());
    const Time now = std::chrono::system_clock::now();
    const auto begun = tickets.check(request.begun(), begun_use, request.query(), {}, now, begun_life);
    const auto signed_in =
        *session ? std::optional(SignedIn{(*session)->tenant, (*session)->address, (*session)->authenticated}) : std::nullopt;
    const auto step = next_step(*asking->authorization, asking->client, signed_in, begun, *agreed, now);
    if (!step) co_return back(step.error());
    if (*step == Step::approve) co_return co_await go_with_code(shard, *asking, **session, request.remote_address(), deadline);
    if (*step == Step::consent) co_return consent_page(shard, *asking, **session, request.query(), request.session(), now);
    oauth_v1::Page out;
    out.set_status(200);
    *out.mutable_sign_in()->mutable_program() = program_of(*asking);
    out.mutable_sign_in()->set_login_hint(asking->authorization->login_hint);
    out.mutable_sign_in()->set_begun(begun ? request.begun() : tickets.issue(begun_use, request.query(), {}, now));
    co_return out;
}

// Whoever answers a page must be who it was shown to.
struct Answered {
    Asked request;
    SessionRow session;
};
Task<Outcome<Answered>> answered(AuthShard& shard, const std::string& query, const std::string& cookie, const std::string& approval,
                                 Deadline deadline) {
    auto request = co_await asked(shard, query, deadline);
    if (!request) co_return pass_on(request);
    if (!request->authorization) co_return refuse("invalid_request", "the request is not one that can be agreed to");
    auto session = co_await session_of(shard, cookie, deadline);
    if (!session) co_return failed(session);
    if (!*session) co_return refuse("access_denied", "sign in first", 403);
    if (!Tickets(shard.seal()).check(approval, approval_use, query, token_digest(cookie), std::chrono::system_clock::now(), approval_life))
        co_return refuse("access_denied", "this page is too old or not yours: begin again", 403);
    if (request->client.tenant && request->client.tenant != (*session)->tenant)
        co_return refuse("access_denied", "this program belongs to another organisation", 403);
    co_return Answered{std::move(*request), std::move(**session)};
}
}  // namespace

Task<Result<oauth_v1::Page>> authorize(AuthShard& shard, rpc::Context context, const oauth_v1::AuthorizeRequest& request) {
    if (auto may = permit_gateway(shard, context); !may) co_return forward(may);
    co_return co_await page_of(shard, request, patience_of(context));
}

Task<Result<oauth_v1::Page>> approve(AuthShard& shard, rpc::Context context, const oauth_v1::ApproveRequest& request) {
    if (auto may = permit_gateway(shard, context); !may) co_return forward(may);
    const Deadline deadline = patience_of(context);
    auto answer = co_await answered(shard, request.query(), request.session(), request.approval(), deadline);
    if (!answer) co_return problem(answer.error());
    co_return co_await go_with_code(shard, answer->request, answer->session, request.remote_address(), deadline);
}

Task<Result<oauth_v1::Page>> deny(AuthShard& shard, rpc::Context context, const oauth_v1::DenyRequest& request) {
    if (auto may = permit_gateway(shard, context); !may) co_return forward(may);
    auto answer = co_await answered(shard, request.query(), request.session(), request.approval(), patience_of(context));
    if (!answer) co_return problem(answer.error());
    const auto& [asking, session] = *answer;
    co_return go(
        way_back_refused(asking.redirect_uri, asking.form, shard.oauth().issuer, Refusal{"access_denied", "the request was turned down"}));
}

}  // namespace sky::auth::oauth
