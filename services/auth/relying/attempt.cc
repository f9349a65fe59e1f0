#include "auth/relying/attempt.h"

#include <boost/json.hpp>

#include "auth/oauth/pkce.h"
#include "auth/oauth/uri.h"
#include "sky/base/encode.h"
#include "sky/json/read.h"

namespace sky::auth::relying {
namespace {
constexpr SealedFor place{"oidc-attempt", TenantId{}, ""};
}  // namespace

Attempt begin_attempt(TenantId tenant, std::string issuer, std::string return_to, Time now) {
    const auto random = [] { return base64url_encode(random_bytes(32)); };
    return {tenant, std::move(issuer), random(), random(), random(), std::move(return_to), now};
}

std::string seal_attempt(const Seal& seal, const Attempt& attempt) {
    const boost::json::object object{{"tenant", std::to_string(attempt.tenant.value)},
                                     {"issuer", attempt.issuer},
                                     {"state", attempt.state},
                                     {"nonce", attempt.nonce},
                                     {"verifier", attempt.verifier},
                                     {"return_to", attempt.return_to},
                                     {"begun", std::to_string(unix_micros(attempt.begun))}};
    return base64url_encode(seal.seal(place, boost::json::serialize(object)));
}

std::optional<Attempt> open_attempt(const Seal& seal, std::string_view cookie, Time now) {
    const auto blob = base64url_decode(cookie);
    if (!blob) return std::nullopt;
    const auto text = seal.open(place, *blob);
    if (!text) return std::nullopt;
    const auto object = json::parse_object(*text);
    if (!object) return std::nullopt;
    const auto member = [&](const char* name) { return std::string(json::text_of(*object, name).value_or("")); };
    Attempt out{TenantId(std::atoll(member("tenant").c_str())),
                member("issuer"),
                member("state"),
                member("nonce"),
                member("verifier"),
                member("return_to"),
                from_unix_micros(std::atoll(member("begun").c_str()))};
    if (now - out.begun > attempt_life || out.begun - now > std::chrono::minutes(1)) return std::nullopt;
    return out;
}

SealedFor oidc_secret_place(TenantId tenant) { return {"oidc-client-secret", tenant, "provider"}; }

std::string authorization_uri(const ProviderMetadata& provider, const Attempt& attempt, const std::string& client_id,
                              const std::string& scopes, const std::string& redirect_uri, const std::string& login_hint) {
    return oauth::with_parameters(provider.authorization_endpoint, {{"response_type", "code"},
                                                                    {"client_id", client_id},
                                                                    {"redirect_uri", redirect_uri},
                                                                    {"scope", scopes},
                                                                    {"state", attempt.state},
                                                                    {"nonce", attempt.nonce},
                                                                    {"code_challenge", oauth::challenge_of(attempt.verifier)},
                                                                    {"code_challenge_method", "S256"},
                                                                    {"login_hint", login_hint}});
}

}  // namespace sky::auth::relying
