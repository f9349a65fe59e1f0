// BeginExternalSignIn, FinishExternalSignIn: people sign in at their organisation's OpenID Connect provider and end in a session here.
#include "auth/access/access.h"
#include "auth/address.h"
#include "auth/oauth/metadata.h"
#include "auth/oauth/secrets.h"
#include "auth/relying/attempt.h"
#include "auth/rpc/oauth.h"
#include "auth/sign_in/admission.h"
#include "auth/store/identities.h"
#include "auth/store/oidc_providers.h"
#include "sky/base/ascii.h"
#include "sky/base/encode.h"

namespace sky::auth::oauth {
namespace {
using relying::Attempt;

std::string redirect_uri(const AuthShard& shard) { return shard.oauth().issuer + std::string(external_path); }

Error none() { return {Fault::not_found, "this organisation has no provider of its own to sign in with"}; }

// The provider of whoever has this address; its domain is enough.
struct Place {
    TenantId tenant;
    OidcProviderRow provider;
};
Task<Result<Place>> place_of_address(AuthShard& shard, const std::string& typed, Deadline deadline) {
    const auto address = parse_address(typed);
    if (!address) co_return unexpected(none());
    auto whose = co_await whose_domain(shard.pool(), address->domain, deadline);
    if (!whose) co_return forward(whose);
    if (!*whose) co_return unexpected(none());
    auto provider = co_await find_oidc_provider(shard.pool(), (*whose)->tenant, deadline);
    if (!provider) co_return forward(provider);
    if (!*provider) co_return unexpected(none());
    co_return Place{(*whose)->tenant, std::move(**provider)};
}

Task<Result<relying::Said>> said_by(AuthShard& shard, const Attempt& attempt, const OidcProviderRow& provider, const std::string& code,
                                    Deadline deadline) {
    std::string secret;
    if (!provider.sealed_secret.empty()) {
        auto opened = shard.seal().open(relying::oidc_secret_place(attempt.tenant), provider.sealed_secret);
        if (!opened) co_return forward(opened);
        secret = std::move(*opened);
    }
    relying::Providers& providers = shard.providers();
    auto token = co_await providers.redeem(
        provider, {.code = code, .verifier = attempt.verifier, .redirect_uri = redirect_uri(shard), .secret = std::move(secret)}, deadline);
    if (!token) co_return forward(token);
    const relying::TokenExpected expected{provider.issuer, provider.client_id, attempt.nonce, provider.address_claim,
                                          std::chrono::system_clock::now()};
    Result<relying::Said> said;
    for (const auto fresh : {relying::Providers::Fresh::may_be_kept, relying::Providers::Fresh::must_be}) {
        auto keys = co_await providers.keys(provider.issuer, fresh, deadline);
        if (!keys) co_return forward(keys);
        said = relying::check_id_token(*token, *keys, expected);
        if (said) break;  // else it may be signed with a key that is newer than ours
    }
    co_return said;
}

// Whom the provider's subject is here: as before, or by the address that it claims now.
Task<Result<Identity>> identity_of(AuthShard& shard, const Attempt& attempt, const relying::Said& said, Deadline deadline) {
    const OidcSubject subject{attempt.tenant, attempt.issuer, said.subject};
    const auto nobody = [](const char* why) { return unexpected(Fault::bad_credentials, "nobody here is who the provider says", why); };
    auto bound = co_await address_of_subject(shard.pool(), subject, deadline);
    if (!bound) co_return forward(bound);
    std::string address;
    if (*bound) {
        address = **bound;
    } else {
        const auto claimed = parse_address(said.address);
        if (!claimed) co_return nobody("the claim is no address");
        address = claimed->text();
    }
    auto found = co_await find_identity(shard.pool(), address, deadline);
    if (!found) co_return forward(found);
    if (!*found || (*found)->tenant != attempt.tenant) co_return nobody("no account of the organisation has the address");
    if (!*bound) {
        auto fresh = co_await bind_subject(shard.pool(), subject, (*found)->account, deadline);
        if (!fresh) co_return forward(fresh);
        if (!*fresh) co_return nobody("another subject of the provider has the account");
    }
    co_return std::move(**found);
}

// What is nobody's fault here is said as away.
Answer refusal(const Error& error, std::chrono::milliseconds delay) {
    const bool is_answer = error.fault == Fault::bad_credentials || error.fault == Fault::forbidden || error.fault == Fault::not_found;
    return is_answer ? auth::refuse(error.fault, error.text, error.reason, delay) : away(error);
}

// What came back, as far as it shows nothing yet.
struct Returned {
    Attempt attempt;
    std::string code;
};
Result<Returned> returned(AuthShard& shard, const oauth_v1::FinishExternalSignInRequest& request) {
    const auto bad = [](const char* why) { return unexpected(Fault::bad_credentials, "sign-in failed: begin again", why); };
    auto attempt = relying::open_attempt(shard.seal(), request.binding(), std::chrono::system_clock::now());
    if (!attempt) return bad("no attempt of this browser");
    const auto form = Form::parse(request.query());
    if (!form) return bad("a query that can't be read");
    if (!equals_in_constant_time(form->text("state"), attempt->state)) return bad("another state");
    // RFC 9207 §2.4: an answer of another server was meant for somebody else.
    if (form->has("iss") && form->text("iss") != attempt->issuer) return bad("an answer of another issuer");
    if (form->has("error")) return unexpected(Fault::forbidden, "the provider did not let you in", "error of the provider");
    if (!form->has("code")) return bad("no code");
    return Returned{std::move(*attempt), form->text("code")};
}

struct SignedInHere {
    Answer answer;
    std::vector<std::string> methods;
};
Task<SignedInHere> decide(AuthShard& shard, const Returned& back, Question& question, Deadline deadline) {
    const auto refused = [](const Error& error, std::chrono::milliseconds delay = {}) { return SignedInHere{refusal(error, delay), {}}; };
    auto provider = co_await find_oidc_provider(shard.pool(), back.attempt.tenant, deadline);
    if (!provider) co_return refused(provider.error());
    if (!*provider || (*provider)->issuer != back.attempt.issuer) co_return refused(none());
    // Each code is a question to the provider: they are counted as passwords are.
    const std::string network = network_of(question.remote_address);
    const AttemptKey key{"provider " + back.attempt.issuer, network, back.code};
    const Reservation reservation = co_await shard.attempts().reserve(key);
    if (is_exhausted(reservation.standing))
        co_return refused({Fault::forbidden, "too many failed sign-ins, try again later", "too many failed sign-ins"},
                          delay_of(reservation.standing));
    auto said = co_await said_by(shard, back.attempt, **provider, back.code, deadline);
    if (said || said.error().fault != Fault::bad_credentials) co_await shard.attempts().refund(key, reservation, Refund::not_tried);
    if (!said) co_return refused(said.error(), delay_of(reservation.standing));
    question.username = said->address;
    auto who = co_await identity_of(shard, back.attempt, *said, deadline);
    if (!who) co_return refused(who.error());
    question.username = who->address;
    co_return SignedInHere{admit(*who, question), std::move(said->methods)};
}
}  // namespace

Task<Result<oauth_v1::BeginExternalSignInReply>> begin_external(AuthShard& shard, rpc::Context context,
                                                                const oauth_v1::BeginExternalSignInRequest& request) {
    if (auto may = permit_gateway(shard, context); !may) co_return forward(may);
    const Deadline deadline = patience_of(context);
    oauth_v1::BeginExternalSignInReply out;
    const auto refused = [&](const Error& error) {
        const bool is_missing = error.fault == Fault::not_found;
        *out.mutable_page() = problem(is_missing ? Refusal{"invalid_request", error.text, 404} : refusal_of(error));
        return out;
    };
    if (request.return_to().size() > relying::longest_return) co_return refused({Fault::not_found, "the way back is too long", ""});
    auto place = co_await place_of_address(shard, request.address(), deadline);
    if (!place) co_return refused(place.error());
    auto published = co_await shard.providers().metadata(place->provider.issuer, deadline);
    if (!published) co_return refused(published.error());
    const auto attempt =
        relying::begin_attempt(place->tenant, place->provider.issuer, request.return_to(), std::chrono::system_clock::now());
    out.mutable_page()->set_status(303);
    out.mutable_page()->set_location(relying::authorization_uri(*published, attempt, place->provider.client_id, place->provider.scopes,
                                                                redirect_uri(shard), request.address()));
    out.set_binding(relying::seal_attempt(shard.seal(), attempt));
    co_return out;
}

Task<Result<oauth_v1::FinishExternalSignInReply>> finish_external(AuthShard& shard, rpc::Context context,
                                                                  const oauth_v1::FinishExternalSignInRequest& request) {
    if (auto may = permit_gateway(shard, context); !may) co_return forward(may);
    const Deadline deadline = patience_of(context);
    oauth_v1::FinishExternalSignInReply out;
    Question question{.username = {},
                      .password = {},
                      .authorization_id = {},
                      .protocol = std::string(sign_in_protocol),
                      .remote_address = request.remote_address(),
                      .tls = true,
                      .mechanism = "OPENID"};
    auto back = returned(shard, request);
    SignedInHere here{back ? Answer{} : refusal(back.error(), {}), {}};
    if (back) {
        out.set_return_to(back->attempt.return_to);
        here = co_await decide(shard, *back, question, deadline);
    }
    const auto answer = shard.sign_in().noted(question, std::move(here.answer));
    *out.mutable_sign_in() = co_await session_for(shard, answer, request.remote_address(), std::move(here.methods), deadline);
    co_return out;
}

}  // namespace sky::auth::oauth
