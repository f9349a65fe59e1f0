#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"TENANT", Takes::text, Must::be_given, "The tenant's name.", "tenant"},
    {"--dry-run", Takes::nothing, Must::may_be_given, "Says what would be done, and does nothing."},
    {"--whole", Takes::nothing, Must::may_be_given, "Even when many mailboxes would be suspended.", "whole"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    if (arguments.given("--dry-run")) return ask_one<admin::PlanExternalSyncRequest>(session, arguments, options, external_plan_columns);
    return ask_one<admin::StartExternalSyncRequest>(session, arguments, options, external_sync_columns);
}
}  // namespace

const Verb ldap_sync{.group = "ldap",
                     .name = "sync",
                     .sentence = "Has a tenant's mailboxes follow its directory now; ldap status says how it went.",
                     .example = "ldap sync example --dry-run",
                     .options = options,
                     .run = &run};

}  // namespace sky::skyctl
