#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
Result<void> run(Session& session, const Arguments& arguments) {
    return ask_list<admin::ListOAuthKeysRequest>(session, arguments, {}, oauth_key_columns);
}
}  // namespace

const Verb oauth_key_list{.group = "oauth-key",
                          .name = "list",
                          .sentence = "Lists the keys that sign identity tokens.",
                          .example = "oauth-key list",
                          .options = {},
                          .run = &run};

}  // namespace sky::skyctl
