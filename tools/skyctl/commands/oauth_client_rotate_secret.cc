#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"CLIENT", Takes::text, Must::be_given, "As oauth-client list shows it.", "client_id"},
    {"--tenant", Takes::text, Must::may_be_given, "The program's tenant; if not given: it is everybody's.", "tenant"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_one<admin::RotateOAuthClientSecretRequest>(session, arguments, options, new_oauth_client_columns);
}
}  // namespace

const Verb oauth_client_rotate_secret{.group = "oauth-client",
                                      .name = "rotate-secret",
                                      .sentence = "Gives a program a new secret, which is shown once; the one of before proves nothing.",
                                      .example = "oauth-client rotate-secret 5f0c1a2b3c4d5e6f70819203",
                                      .options = options,
                                      .run = &run};

}  // namespace sky::skyctl
