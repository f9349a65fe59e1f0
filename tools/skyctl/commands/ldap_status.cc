#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"TENANT", Takes::text, Must::be_given, "The tenant's name.", "tenant"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_one<admin::GetExternalSyncRequest>(session, arguments, options, external_sync_columns);
}
}  // namespace

const Verb ldap_status{.group = "ldap",
                       .name = "status",
                       .sentence = "Shows how the last sync with a tenant's directory went.",
                       .example = "ldap status example",
                       .options = options,
                       .run = &run};

}  // namespace sky::skyctl
