#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"--tenant", Takes::text, Must::may_be_given, "Only this tenant's.", "tenant"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_list<admin::ListOAuthClientsRequest>(session, arguments, options, oauth_client_columns);
}
}  // namespace

const Verb oauth_client_list{.group = "oauth-client",
                             .name = "list",
                             .sentence = "Lists programs that may ask people for access.",
                             .example = "oauth-client list --output json",
                             .options = options,
                             .run = &run};

}  // namespace sky::skyctl
