#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"ADDRESS", Takes::text, Must::be_given, "Whose.", "address"},
    {"--id", Takes::number, Must::may_be_given, "One, as oauth-grant list shows it.", "id"},
    {"--all", Takes::nothing, Must::may_be_given, "All, and what is signed in at browsers."},
};

Result<void> run(Session& session, const Arguments& arguments) {
    if (arguments.given("--id") == arguments.given("--all")) return unexpected(Fault::syntax, "say --id or --all");
    if (arguments.given("--id") && arguments.number("--id") < 1)
        return unexpected(Fault::syntax, "--id is a number that oauth-grant list shows");
    return ask_one<admin::RevokeOAuthGrantRequest>(session, arguments, options, removal_columns);
}
}  // namespace

const Verb oauth_grant_revoke{.group = "oauth-grant",
                              .name = "revoke",
                              .sentence = "Takes back what a person has let programs do; what is signed in by it ends.",
                              .example = "oauth-grant revoke ada@example.test --all",
                              .options = options,
                              .run = &run};

}  // namespace sky::skyctl
