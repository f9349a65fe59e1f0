#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"NAME", Takes::text, Must::be_given, "What people are told it is.", "name"},
    {"--tenant", Takes::text, Must::may_be_given, "Only this tenant's people may let it in; if not given: everybody.", "tenant"},
    {"--redirect", Takes::texts, Must::may_be_given, "Where browsers are sent back to; exactly as the program says it.", "redirect_uris"},
    {"--auth-method", Takes::text, Must::may_be_given,
     "client_secret_basic (if not given), client_secret_post, or none: a program on people's devices, which can't keep a secret.",
     "auth_method"},
    {"--grant-types", Takes::texts, Must::may_be_given,
     "authorization_code refresh_token urn:ietf:params:oauth:grant-type:device_code; if not given: the first two.", "grant_types"},
    {"--scopes", Takes::texts, Must::may_be_given, "At most these: openid email mail dav …; if not given: all.", "scopes"},
    {"--uri", Takes::text, Must::may_be_given, "A page about it.", "uri"},
    {"--id-token-alg", Takes::text, Must::may_be_given, "ES256 (if not given) or RS256.", "id_token_alg"},
    {"--trusted", Takes::on_off, Must::may_be_given, "on: the house's own, nobody is asked whether it may.", "trusted"},
    {"--resource", Takes::text, Must::may_be_given, "What it serves itself, as https://…: it may look into tokens for that.", "resource"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_one<admin::AddOAuthClientRequest>(session, arguments, options, new_oauth_client_columns);
}
}  // namespace

const Verb oauth_client_add{.group = "oauth-client",
                            .name = "add",
                            .sentence = "Adds a program that may ask people for access; its secret is shown once.",
                            .example = "oauth-client add 'Example App' --redirect https://app.example.test/back --scopes openid email mail",
                            .options = options,
                            .run = &run};

}  // namespace sky::skyctl
