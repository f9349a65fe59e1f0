#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"CLIENT", Takes::text, Must::be_given, "As oauth-client list shows it.", "client_id"},
    {"--tenant", Takes::text, Must::may_be_given, "The program's tenant; if not given: it is everybody's.", "tenant"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_one<admin::RemoveOAuthClientRequest>(session, arguments, options, removal_columns);
}
}  // namespace

const Verb oauth_client_remove{.group = "oauth-client",
                               .name = "remove",
                               .sentence = "Removes a program; all that people have let it do ends.",
                               .example = "oauth-client remove 5f0c1a2b3c4d5e6f70819203 --tenant example",
                               .options = options,
                               .run = &run};

}  // namespace sky::skyctl
