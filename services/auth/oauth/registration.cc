#include "auth/oauth/registration.h"

#include <algorithm>

#include "auth/oauth/scopes.h"
#include "sky/base/ascii.h"
#include "sky/base/encode.h"
#include "sky/json/read.h"

namespace sky::auth::oauth {
namespace {
namespace bj = boost::json;
constexpr std::size_t most_redirects = 20, longest_name = 256;

std::unexpected<Refusal> bad(std::string why) { return refuse("invalid_client_metadata", std::move(why)); }

Outcome<void> check_name(const Client& client) {
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 32 || c == 127; };
    if (client.name.empty() || client.name.size() > longest_name || !ascii::is_utf8(client.name) ||
        std::ranges::any_of(client.name, is_control))
        return bad("a name has 1 to 256 octets of text");
    if (client.uri.empty()) return {};
    const auto uri = parse_uri(client.uri);
    if (!uri || uri->scheme != "https" || uri->has_userinfo) return bad("the page about a program is an https address");
    return {};
}

Outcome<void> check_redirects(const Client& client) {
    if (client.redirect_uris.size() > most_redirects) return refuse("invalid_redirect_uri", "a program has at most 20 redirect addresses");
    for (const auto& one : client.redirect_uris)
        if (!may_be_registered(one, client.kind()))
            return refuse("invalid_redirect_uri", "a redirect address is https, loopback, or (without a secret) a scheme with a dot in it");
    if (client.may(authorization_code) && client.redirect_uris.empty())
        return refuse("invalid_redirect_uri", "sign-in in a browser needs a redirect address");
    return {};
}
}  // namespace

std::string new_client_id() { return hex_encode(random_bytes(12)); }

Outcome<Client> checked_client(Client client) {
    if (client.grant_types.empty()) client.grant_types = {std::string(authorization_code), std::string(refresh_token)};
    for (const auto& one : client.grant_types)
        if (one != authorization_code && one != refresh_token && one != device_code) return bad("a grant type that is not offered");
    if (client.auth_method.empty()) client.auth_method = "client_secret_basic";
    if (client.auth_method != "none" && client.auth_method != "client_secret_basic" && client.auth_method != "client_secret_post")
        return bad("a way to prove itself that is not offered");
    if (client.id_token_alg.empty()) client.id_token_alg = "ES256";
    if (client.id_token_alg != "ES256" && client.id_token_alg != "RS256") return bad("identity tokens are signed by ES256 or RS256");
    if (client.scopes.empty())
        for (const auto& scope : known_scopes()) client.scopes.emplace_back(scope.name);
    std::vector<std::string> all;
    for (const auto& scope : known_scopes()) all.emplace_back(scope.name);
    client.scopes = permitted(client.scopes, all);
    if (client.scopes.empty()) return bad("no scope that is known here");
    if (!client.resource.empty() && !is_resource(client.resource)) return bad("a resource is an https address without a fragment");
    if (auto good = check_name(client); !good) return pass_on(good);
    if (auto good = check_redirects(client); !good) return pass_on(good);
    return client;
}

Outcome<Client> registered_client(std::string_view body) {
    const auto object = json::parse_object(body, {.octets = 32 * 1024, .depth = 8, .members = 256});
    if (!object) return bad("the body is no JSON object");
    for (const auto* name : {"redirect_uris", "grant_types", "response_types"})
        if (object->contains(name) && !json::texts_of(*object, name)) return bad(std::string(name) + " is a list of texts");
    for (const auto* name : {"client_name", "client_uri", "token_endpoint_auth_method", "scope", "id_token_signed_response_alg"})
        if (object->contains(name) && !json::text_of(*object, name)) return bad(std::string(name) + " is a text");
    const auto text = [&](const char* name) { return std::string(json::text_of(*object, name).value_or("")); };
    const auto texts = [&](const char* name) { return json::texts_of(*object, name).value_or(std::vector<std::string>()); };
    for (const auto& one : texts("response_types"))
        if (one != "code") return bad("the only response type is code");
    const auto scopes = parse_scopes(text("scope"));
    if (!scopes) return bad("scope is malformed");
    return checked_client(
        {.id = new_client_id(),
         .tenant = {},
         .name = object->contains("client_name") ? text("client_name") : "A program without a name",
         .uri = text("client_uri"),
         .auth_method = text("token_endpoint_auth_method"),
         .secret_digest = {},
         .redirect_uris = texts("redirect_uris"),
         .grant_types = object->contains("grant_types") ? texts("grant_types") : std::vector<std::string>{std::string(authorization_code)},
         .scopes = *scopes,
         .id_token_alg = text("id_token_signed_response_alg"),
         .trusted = false,
         .resource = {},
         .origin = "registration"});
}

bj::object registration_of(const Client& client, std::string_view secret) {
    bj::object out{{"client_id", client.id},
                   {"client_id_issued_at", unix_seconds(client.created)},
                   {"client_name", client.name},
                   {"redirect_uris", bj::value_from(client.redirect_uris)},
                   {"grant_types", bj::value_from(client.grant_types)},
                   {"response_types", client.may(authorization_code) ? bj::array{"code"} : bj::array{}},
                   {"token_endpoint_auth_method", client.auth_method},
                   {"scope", scope_text(client.scopes)},
                   {"id_token_signed_response_alg", client.id_token_alg}};
    if (!client.uri.empty()) out["client_uri"] = client.uri;
    if (!secret.empty()) {
        out["client_secret"] = secret;
        out["client_secret_expires_at"] = 0;  // never
    }
    return out;
}

}  // namespace sky::auth::oauth
