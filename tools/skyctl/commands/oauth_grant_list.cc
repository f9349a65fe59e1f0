#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"ADDRESS", Takes::text, Must::be_given, "Whose.", "address"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_list<admin::ListOAuthGrantsRequest>(session, arguments, options, oauth_grant_columns);
}
}  // namespace

const Verb oauth_grant_list{.group = "oauth-grant",
                            .name = "list",
                            .sentence = "Lists what a person has let programs do.",
                            .example = "oauth-grant list ada@example.test",
                            .options = options,
                            .run = &run};

}  // namespace sky::skyctl
