#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"TENANT", Takes::text, Must::be_given, "The tenant's name.", "tenant"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_one<admin::RemoveExternalDirectoryRequest>(session, arguments, options, removal_columns);
}
}  // namespace

const Verb ldap_remove{.group = "ldap",
                       .name = "remove",
                       .sentence = "Forgets a tenant's directory elsewhere; mailboxes stay.",
                       .example = "ldap remove example",
                       .options = options,
                       .run = &run};

}  // namespace sky::skyctl
