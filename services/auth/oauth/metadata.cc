#include "auth/oauth/metadata.h"

#include "auth/oauth/client.h"
#include "auth/oauth/scopes.h"

namespace sky::auth::oauth {
namespace {
namespace bj = boost::json;

bj::array scope_names() {
    bj::array out;
    for (const auto& scope : known_scopes()) out.emplace_back(scope.name);
    return out;
}
bj::array texts(std::initializer_list<std::string_view> values) {
    bj::array out;
    for (const auto value : values) out.emplace_back(value);
    return out;
}
}  // namespace

bj::object server_metadata(const Options& options) {
    const auto at = [&](std::string_view path) { return options.issuer + std::string(path); };
    const auto methods = texts({"client_secret_basic", "client_secret_post", "none"}),
               proofs = texts({"client_secret_basic", "client_secret_post"});
    bj::object out{{"issuer", options.issuer},
                   {"authorization_endpoint", at(authorize_path)},
                   {"token_endpoint", at(token_path)},
                   {"device_authorization_endpoint", at(device_path)},
                   {"revocation_endpoint", at(revoke_path)},
                   {"introspection_endpoint", at(introspect_path)},
                   {"userinfo_endpoint", at(user_info_path)},
                   {"jwks_uri", at(keys_path)},
                   {"scopes_supported", scope_names()},
                   {"response_types_supported", texts({"code"})},
                   {"response_modes_supported", texts({"query"})},
                   {"grant_types_supported", texts({authorization_code, refresh_token, device_code})},
                   {"code_challenge_methods_supported", texts({"S256"})},
                   {"token_endpoint_auth_methods_supported", methods},
                   {"revocation_endpoint_auth_methods_supported", methods},
                   {"introspection_endpoint_auth_methods_supported", proofs},
                   {"authorization_response_iss_parameter_supported", true},
                   {"subject_types_supported", texts({"public"})},
                   {"id_token_signing_alg_values_supported", texts({"ES256", "RS256"})},
                   {"prompt_values_supported", texts({"none", "login", "consent", "select_account"})},
                   {"claims_supported", texts({"sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "amr", "azp", "at_hash", "name",
                                               "preferred_username", "email", "email_verified"})},
                   {"request_parameter_supported", false},
                   {"request_uri_parameter_supported", false},
                   {"claims_parameter_supported", false}};
    bj::array resources;
    for (const auto& one : options.resources) resources.emplace_back(one);
    out["protected_resources"] = std::move(resources);
    if (options.registration) out["registration_endpoint"] = at(register_path);
    return out;
}

std::optional<bj::object> resource_metadata(const Options& options, std::string_view path) {
    for (const auto& one : options.resources) {
        const auto uri = parse_uri(one);
        if (!uri || (uri->rest == "/" ? "" : uri->rest) != (path == "/" ? "" : path)) continue;
        return bj::object{{"resource", one},
                          {"authorization_servers", texts({options.issuer})},
                          {"scopes_supported", scope_names()},
                          {"bearer_methods_supported", texts({"header"})}};
    }
    return std::nullopt;
}

// RFC 9728 §3.1: the well-known part goes between host and path.
std::string resource_metadata_uri(const Options& options) {
    const auto uri = parse_uri(options.issuer);
    const std::string path = uri ? uri->rest : std::string();
    return options.issuer.substr(0, options.issuer.size() - path.size()) + "/.well-known/oauth-protected-resource" + path;
}

}  // namespace sky::auth::oauth
