#include "auth/relying/provider.h"

#include <algorithm>

#include "auth/oauth/scopes.h"
#include "auth/oauth/uri.h"
#include "sky/json/read.h"
#include "sky/jwt/claims.h"

namespace sky::auth::relying {
namespace {
constexpr jwt::Algorithm allowed[] = {jwt::Algorithm::es256, jwt::Algorithm::rs256, jwt::Algorithm::eddsa};
constexpr std::chrono::minutes longest_age{15};  // a token that was made long ago was not made for this sign-in

std::unexpected<Error> nonsense(std::string why) {
    return unexpected(Fault::unavailable, "the provider can't be used now", std::move(why));
}
std::unexpected<Error> refused(std::string why) {
    return unexpected(Fault::bad_credentials, "the provider's answer is not valid", std::move(why));
}

bool is_endpoint(std::string_view text) {
    const auto uri = oauth::parse_uri(text);
    return uri && uri->scheme == "https" && uri->has_authority && !uri->has_userinfo && !uri->has_fragment;
}

// RFC 8176 §2.
std::vector<std::string> known_methods(const boost::json::object& claims) {
    static const std::vector<std::string> known{"face", "fpt", "geo",    "hwk", "iris", "kba", "mca", "mfa",  "otp", "pin",
                                                "pwd",  "rba", "retina", "sc",  "sms",  "swk", "tel", "user", "vbm", "wia"};
    std::vector<std::string> out;
    for (auto& one : json::texts_of(claims, "amr").value_or(std::vector<std::string>()))
        if (oauth::contains(known, one) && !oauth::contains(out, one)) out.push_back(std::move(one));
    return out;
}

// OpenID Connect Core §3.1.3.7 steps 3 to 5.
Result<void> check_parties(const boost::json::object& claims, const jwt::Claims& checked, const std::string& client_id) {
    if (claims.contains("azp") && json::text_of(claims, "azp") != client_id) return refused("azp is another's");
    if (checked.audiences.size() > 1 && !claims.contains("azp")) return refused("several audiences and no azp");
    return {};
}
}  // namespace

bool is_provider(std::string_view issuer) { return is_endpoint(issuer) && !issuer.contains('?'); }

std::string metadata_uri(std::string_view issuer) {
    std::string out(issuer);
    if (out.ends_with('/')) out.pop_back();
    return out + "/.well-known/openid-configuration";
}

Result<ProviderMetadata> parse_metadata(std::string_view body, std::string_view issuer) {
    const auto object = json::parse_object(body);
    if (!object) return nonsense("metadata: " + object.error().reason);
    const auto text = [&](const char* name) { return std::string(json::text_of(*object, name).value_or("")); };
    ProviderMetadata out{text("issuer"), text("authorization_endpoint"), text("token_endpoint"), text("jwks_uri")};
    // RFC 8414 §3.3: who says to be another one is an impersonator, or badly set up.
    if (out.issuer != issuer) return nonsense("metadata of another issuer");
    for (const auto* one : {&out.authorization_endpoint, &out.token_endpoint, &out.jwks_uri})
        if (!is_endpoint(*one)) return nonsense("metadata with an endpoint that is no https address");
    const auto* says = object->if_contains("authorization_response_iss_parameter_supported");
    out.says_issuer = says && says->is_bool() && says->as_bool();
    return out;
}

Result<Said> check_id_token(std::string_view token, std::span<const jwt::PublicKey> keys, const TokenExpected& expected) {
    const auto checked =
        jwt::verify(token, keys, allowed, {.issuer = expected.issuer, .audiences = {expected.client_id}, .type = {}, .now = expected.now});
    if (!checked) return refused(checked.error().reason);
    const auto claims = json::parse_object(checked->payload);
    if (!claims) return refused(claims.error().reason);
    if (auto good = check_parties(*claims, *checked, expected.client_id); !good) return forward(good);
    if (!checked->issued || expected.now - *checked->issued > longest_age) return refused("iat is missing, or long ago");
    if (expected.nonce.empty() || json::text_of(*claims, "nonce") != expected.nonce) return refused("another nonce, or none");
    Said out{checked->subject, std::string(json::text_of(*claims, expected.address_claim).value_or("")), known_methods(*claims)};
    if (out.subject.empty() || out.subject.size() > 255) return refused("sub is missing or too long");
    // A provider that says so itself does not know whose the address is.
    const auto* verified = claims->if_contains("email_verified");
    if (expected.address_claim == "email" && verified && *verified != true && *verified != "true")
        return refused("the address is not verified");
    return out;
}

}  // namespace sky::auth::relying
