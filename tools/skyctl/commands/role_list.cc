#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"--tenant", Takes::text, Must::may_be_given, "Only this tenant's.", "tenant"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_list<admin::ListRolesRequest>(session, arguments, options, role_columns);
}
}  // namespace

const Verb role_list{.group = "role",
                     .name = "list",
                     .sentence = "Lists who administers what.",
                     .example = "role list --tenant example",
                     .options = options,
                     .run = &run};

}  // namespace sky::skyctl
