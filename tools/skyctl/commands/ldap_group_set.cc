#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"TENANT", Takes::text, Must::be_given, "The tenant's name.", "tenant"},
    {"DN", Takes::text, Must::be_given, "The group there.", "dn"},
    {"--group", Takes::text, Must::may_be_given, "The group here that has the same members.", "address"},
    {"--protocols", Takes::text, Must::may_be_given, "What its members may use, separated by commas: imap, web.", "protocols"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_one<admin::SetExternalGroupRequest>(session, arguments, options, external_directory_columns);
}
}  // namespace

const Verb ldap_group_set{.group = "ldap",
                          .name = "group-set",
                          .sentence = "Says what membership of a group there means here.",
                          .example = "ldap group-set example cn=staff,dc=example,dc=test --group staff@example.test",
                          .options = options,
                          .run = &run};

}  // namespace sky::skyctl
