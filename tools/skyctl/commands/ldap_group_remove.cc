#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"TENANT", Takes::text, Must::be_given, "The tenant's name.", "tenant"},
    {"DN", Takes::text, Must::be_given, "The group there.", "dn"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_one<admin::RemoveExternalGroupRequest>(session, arguments, options, external_directory_columns);
}
}  // namespace

const Verb ldap_group_remove{.group = "ldap",
                             .name = "group-remove",
                             .sentence = "Takes a group there its meaning.",
                             .example = "ldap group-remove example cn=staff,dc=example,dc=test",
                             .options = options,
                             .run = &run};

}  // namespace sky::skyctl
