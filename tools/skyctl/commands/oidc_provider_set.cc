#include "skybridge/admin/v1/oidc.pb.h"
#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"TENANT", Takes::text, Must::be_given, "The tenant's name.", "tenant"},
    {"--issuer", Takes::text, Must::be_given, "The provider, as it calls itself: https://login.example.test.", "issuer"},
    {"--client-id", Takes::text, Must::be_given, "What the provider calls us.", "client_id"},
    {"--secret-stdin", Takes::nothing, Must::may_be_given, "Reads the client secret from standard input; if not given: the one of before."},
    {"--auth-method", Takes::text, Must::may_be_given, "client_secret_basic (if not given), client_secret_post or none.", "auth_method"},
    {"--scopes", Takes::text, Must::may_be_given, "What to ask for; if not given: 'openid email profile'.", "scopes"},
    {"--address-claim", Takes::text, Must::may_be_given, "The claim that holds the address of somebody here; if not given: email.",
     "address_claim"},
    {"--name", Takes::text, Must::may_be_given, "What people read on the button.", "name"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    admin::SetOidcProviderRequest request;
    if (auto filled = fill(request, arguments, options); !filled) return filled;
    if (arguments.given("--secret-stdin")) {
        auto secret = session.secret("client secret");
        if (!secret) return forward(secret);
        request.set_client_secret(*secret);
    }
    return show_one(session, request, oidc_provider_columns);
}
}  // namespace

const Verb oidc_provider_set{
    .group = "oidc-provider",
    .name = "set",
    .sentence = "Lets a tenant's people sign in on the web through an OpenID Connect provider.",
    .example = "oidc-provider set example --issuer https://login.example.test --client-id skybridge --secret-stdin < secret",
    .options = options,
    .run = &run};

}  // namespace sky::skyctl
