#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"NAME", Takes::text, Must::be_given, "The tenant's name.", "name"},
    {"--name", Takes::text, Must::may_be_given, "What people call it.", "display_name"},
    {"--plan", Takes::text, Must::may_be_given, "Plan of mailboxes that have none of their own; empty: none.", "plan"},
    {"--scram", Takes::on_off, Must::may_be_given, "on: main passwords set from now on may be used with SCRAM too; off: they may not.",
     "scram_for_main"},
    {"--shortest-password", Takes::number, Must::may_be_given, "Characters that a password must have: 8 to 128.", "shortest_password"},
    {"--password-history", Takes::number, Must::may_be_given, "How many older passwords may not come back: 0 to 24.", "password_history"},
    {"--second-factor", Takes::on_off, Must::may_be_given, "on: everybody needs one; off: whoever wants one has one.",
     "second_factor_required"},
    {"--address-list", Takes::on_off, Must::may_be_given, "on: its people see its address list; off: they don't.", "address_list"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_one<admin::ChangeTenantRequest>(session, arguments, options, tenant_columns);
}
}  // namespace

const Verb tenant_change{.group = "tenant",
                         .name = "change",
                         .sentence = "Changes a tenant: its name, its plan, how its people sign in.",
                         .example = "tenant change example --scram on --shortest-password 12",
                         .options = options,
                         .run = &run};

}  // namespace sky::skyctl
