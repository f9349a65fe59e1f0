#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"TENANT", Takes::text, Must::be_given, "The tenant's name.", "tenant"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_one<admin::GetExternalDirectoryRequest>(session, arguments, options, external_directory_columns);
}
}  // namespace

const Verb ldap_show{.group = "ldap",
                     .name = "show",
                     .sentence = "Shows a tenant's directory elsewhere, without its password.",
                     .example = "ldap show example",
                     .options = options,
                     .run = &run};

}  // namespace sky::skyctl
