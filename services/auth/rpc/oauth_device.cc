// AuthorizeDevice, FindDevice, ApproveDevice, DenyDevice; device codes at the token endpoint (RFC 8628).
#include "auth/access/access.h"
#include "auth/oauth/authorization.h"
#include "auth/oauth/metadata.h"
#include "auth/oauth/scopes.h"
#include "auth/oauth/secrets.h"
#include "auth/oauth/tickets.h"
#include "auth/oauth/user_code.h"
#include "auth/rpc/oauth.h"
#include "auth/store/changes.h"
#include "auth/store/oauth_clients.h"
#include "auth/store/oauth_devices.h"
#include "auth/store/oauth_grants.h"
#include "sky/base/ascii.h"
#include "sky/telemetry/log.h"

namespace sky::auth::oauth {
namespace {
constexpr std::chrono::minutes device_life{10};
constexpr int interval = 5;  // seconds between questions of the device, as in migrations/0013
constexpr std::string_view device_use = "device";

Task<Outcome<Reply>> begin(AuthShard& shard, const oauth_v1::HttpForm& http, Deadline deadline) {
    auto request = co_await client_request(shard, http, deadline);
    if (!request) co_return pass_on(request);
    if (!request->client.may(device_code)) co_return refuse("unauthorized_client", "this program may not ask for devices");
    const auto asked = parse_scopes(request->form.text("scope"));
    if (!asked) co_return refuse("invalid_scope", "scope is malformed");
    auto scopes = permitted(*asked, request->client.scopes);
    if (scopes.empty()) co_return refuse("invalid_scope", "nothing is asked for that this program may have");
    auto known = co_await known_resources(shard, request->form, deadline);
    if (!known) co_return pass_on(known);
    auto resources = resources_of(request->form, *known);
    if (!resources) co_return pass_on(resources);

    const std::string secret = new_secret(device_prefix), code = new_user_code();
    auto kept = co_await insert_device(shard.pool(),
                                       {.device_digest = token_digest(secret),
                                        .user_digest = user_code_digest(shard.seal(), plain_user_code(code)),
                                        .client_id = request->client.id,
                                        .scopes = std::move(scopes),
                                        .resources = std::move(*resources),
                                        .remote = ascii::printable(http.remote_address(), 64),
                                        .expires = std::chrono::system_clock::now() + device_life},
                                       deadline);
    if (!kept && kept.error().fault == Fault::limit) co_return refuse("temporarily_unavailable", "too many devices wait here", 429);
    if (!kept) co_return failed(kept);
    const std::string page = shard.oauth().issuer + std::string(verification_path);
    co_return json_reply(200, {{"device_code", secret},
                               {"user_code", code},
                               {"verification_uri", page},
                               {"verification_uri_complete", page + "?user_code=" + code},
                               {"expires_in", std::chrono::seconds(device_life).count()},
                               {"interval", interval}});
}

// Somebody signed in, and the device whose code was typed. Guesses are counted like passwords (§5.1): what an account tries from one
// network, and what a network tries at all; a right code takes back no more than itself.
struct Found {
    SessionRow session;
    Client client;
    DeviceRow device;
    std::string plain;
};
Task<Outcome<Found>> found(AuthShard& shard, const std::string& typed, const SessionRow& session, const std::string& remote,
                           Deadline deadline) {
    const std::string plain = plain_user_code(typed), network = network_of(remote), digest = user_code_digest(shard.seal(), plain);
    const AttemptKey key{"device code of " + session.address, network, digest};
    const auto reservation = co_await shard.attempts().reserve(key);
    if (is_exhausted(reservation.standing)) co_return refuse("access_denied", "too many wrong codes, try again later", 429);
    auto device = co_await find_waiting(shard.pool(), digest, deadline);
    if (!device || *device) co_await shard.attempts().refund(key, reservation, Refund::not_tried);
    if (!device) co_return failed(device);
    if (!*device) {
        log::warning("auth.oauth.user_code_wrong", {{"address", session.address}, {"remote", ascii::printable(remote, 64)}});
        co_return refuse("access_denied", "no device shows this code now", 404);
    }
    auto client = co_await find_client(shard.pool(), (*device)->client_id, deadline);
    if (!client) co_return failed(client);
    if (!*client) co_return refuse("access_denied", "no device shows this code now", 404);
    if ((*client)->tenant && (*client)->tenant != session.tenant)
        co_return refuse("access_denied", "this program belongs to another organisation", 403);
    co_return Found{session, std::move(**client), std::move(**device), plain};
}

// Whoever answers a page must be who it was shown to.
Task<Outcome<Found>> answered(AuthShard& shard, const std::string& typed, const std::string& cookie, const std::string& approval,
                              const std::string& remote, Deadline deadline) {
    auto session = co_await session_of(shard, cookie, deadline);
    if (!session) co_return failed(session);
    if (!*session) co_return refuse("access_denied", "sign in first", 403);
    if (!Tickets(shard.seal())
             .check(approval, device_use, plain_user_code(typed), token_digest(cookie), std::chrono::system_clock::now(), approval_life))
        co_return refuse("access_denied", "this page is too old or not yours: begin again", 403);
    co_return co_await found(shard, typed, **session, remote, deadline);
}

oauth_v1::Page done(std::string text) {
    oauth_v1::Page out;
    out.set_status(200);
    out.mutable_done()->set_text(std::move(text));
    return out;
}

Task<Outcome<oauth_v1::Page>> let_it_in(AuthShard& shard, const Found& what, const std::string& remote, Deadline deadline) {
    auto transaction = co_await shard.pool().begin(what.session.tenant, deadline);
    if (!transaction) co_return failed(transaction);
    auto grant = co_await insert_grant(*transaction, {.tenant = what.session.tenant,
                                                      .account = what.session.account,
                                                      .client_id = what.client.id,
                                                      .scopes = what.device.scopes,
                                                      .resources = what.device.resources,
                                                      .authenticated = what.session.authenticated,
                                                      .methods = what.session.methods});
    if (!grant) co_return failed(grant);
    auto approved = co_await let_in(*transaction, user_code_digest(shard.seal(), what.plain), what.session.tenant, *grant);
    if (!approved) co_return failed(approved);
    if (!*approved) co_return refuse("access_denied", "no device shows this code now", 404);
    auto recorded = co_await record(*transaction, {what.session.address, remote},
                                    {.tenant = what.session.tenant,
                                     .action = "oauth_grant.add",
                                     .object = what.session.address + "#" + std::to_string(*grant) + " " + what.client.id});
    if (!recorded) co_return failed(recorded);
    if (auto committed = co_await transaction->commit(); !committed) co_return failed(committed);
    shard.changed();
    co_return done("The device is let in.");
}

Task<Outcome<Issued>> spend(AuthShard& shard, const Held& held, Issue wanted, const std::string& digest, Deadline deadline) {
    auto transaction = co_await shard.pool().begin(held.tenant, deadline);
    if (!transaction) co_return failed(transaction);
    auto spent = co_await spend_device(*transaction, digest);
    if (!spent) co_return failed(spent);
    if (!*spent) co_return refuse("invalid_grant", "it was used already");
    auto issued = co_await issue(shard.oauth(), *transaction, wanted);
    if (!issued) co_return failed(issued);
    if (auto committed = co_await transaction->commit(); !committed) co_return failed(committed);
    co_return std::move(*issued);
}
}  // namespace

Task<Outcome<Reply>> by_device_code(AuthShard& shard, const ClientRequest& request, Deadline deadline) {
    if (!request.form.has("device_code")) co_return refuse("invalid_request", "device_code is missing");
    const std::string digest = token_digest(request.form.text("device_code"));
    auto asked = co_await poll(shard.pool(), digest, request.client.id, deadline);
    if (!asked) co_return failed(asked);
    if (!*asked) co_return refuse("invalid_grant", "it is unknown or was used already");
    const Poll& device = **asked;
    if (!device.is_live) co_return refuse("expired_token", "the code has ended: begin again");
    if (device.state == "denied") co_return refuse("access_denied", "the request was turned down");
    if (device.is_hasty) co_return refuse("slow_down", "ask five seconds later from now on");
    if (device.state == "pending") co_return refuse("authorization_pending", "nobody has answered yet");

    auto held = co_await find_granted(shard.pool(), device.tenant, device.grant, deadline);
    if (!held) co_return failed(held);
    if (!*held) co_return refuse("invalid_grant", "it is unknown or has ended");
    const auto& scopes = (*held)->granted_scopes;
    auto key = co_await id_token_key(shard, request.client, scopes, deadline);
    if (!key) co_return failed(key);
    Issue wanted{.tenant = device.tenant,
                 .grant = device.grant,
                 .scopes = scopes,
                 .resources = (*held)->granted_resources,
                 .granted_scopes = scopes,
                 .granted_resources = (*held)->granted_resources,
                 .refresh = request.client.may(refresh_token)};
    auto issued = co_await spend(shard, **held, std::move(wanted), digest, deadline);
    if (!issued) co_return pass_on(issued);
    if (*key)
        if (auto added = add_id_token(shard.oauth(), **key, **held, scopes, *issued); !added) co_return failed(added);
    co_return json_reply(200, issued->body);
}

Task<Result<oauth_v1::HttpReply>> authorize_device(AuthShard& shard, rpc::Context context,
                                                   const oauth_v1::AuthorizeDeviceRequest& request) {
    if (auto may = permit_gateway(shard, context); !may) co_return forward(may);
    auto reply = co_await begin(shard, request.http(), patience_of(context));
    co_return message(reply ? *reply : refusal_reply(reply.error()));
}

Task<Result<oauth_v1::Page>> find_device(AuthShard& shard, rpc::Context context, const oauth_v1::FindDeviceRequest& request) {
    if (auto may = permit_gateway(shard, context); !may) co_return forward(may);
    const Deadline deadline = patience_of(context);
    oauth_v1::Page out;
    out.set_status(200);
    auto session = co_await session_of(shard, request.session(), deadline);
    if (!session) co_return problem(refusal_of(session.error()));
    if (!*session) {
        out.mutable_sign_in();  // whose device it is, only who has signed in may learn
        co_return out;
    }
    auto what = co_await found(shard, request.user_code(), **session, request.remote_address(), deadline);
    if (!what) co_return problem(what.error());
    auto& page = *out.mutable_consent();
    page.mutable_program()->set_client_id(what->client.id);
    page.mutable_program()->set_name(what->client.name);
    page.mutable_program()->set_uri(what->client.uri);
    page.mutable_program()->set_registered_itself(what->client.origin == "registration");
    page.set_address(what->session.address);
    page.set_display_name(what->session.display_name);
    say_scopes(page, what->device.scopes, what->device.resources);
    page.set_approval(
        Tickets(shard.seal()).issue(device_use, what->plain, token_digest(request.session()), std::chrono::system_clock::now()));
    co_return out;
}

Task<Result<oauth_v1::Page>> approve_device(AuthShard& shard, rpc::Context context, const oauth_v1::ApproveDeviceRequest& request) {
    if (auto may = permit_gateway(shard, context); !may) co_return forward(may);
    const Deadline deadline = patience_of(context);
    auto what = co_await answered(shard, request.user_code(), request.session(), request.approval(), request.remote_address(), deadline);
    if (!what) co_return problem(what.error());
    auto page = co_await let_it_in(shard, *what, request.remote_address(), deadline);
    co_return page ? *page : problem(page.error());
}

Task<Result<oauth_v1::Page>> deny_device(AuthShard& shard, rpc::Context context, const oauth_v1::DenyDeviceRequest& request) {
    if (auto may = permit_gateway(shard, context); !may) co_return forward(may);
    const Deadline deadline = patience_of(context);
    auto what = co_await answered(shard, request.user_code(), request.session(), request.approval(), {}, deadline);
    if (!what) co_return problem(what.error());
    auto denied = co_await turn_down(shard.pool(), user_code_digest(shard.seal(), what->plain), deadline);
    if (!denied) co_return problem(refusal_of(denied.error()));
    co_return done("The device is turned down.");
}

}  // namespace sky::auth::oauth
