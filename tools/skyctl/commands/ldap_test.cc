#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"TENANT", Takes::text, Must::be_given, "The tenant's name.", "tenant"},
    {"--address", Takes::text, Must::may_be_given, "Whom to look for.", "address"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_one<admin::TestExternalDirectoryRequest>(session, arguments, options, external_test_columns);
}
}  // namespace

const Verb ldap_test{.group = "ldap",
                     .name = "test",
                     .sentence = "Connects to a tenant's directory, binds, and looks for one person.",
                     .example = "ldap test example --address ada@example.test",
                     .options = options,
                     .run = &run};

}  // namespace sky::skyctl
