#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"ADDRESS", Takes::text, Must::be_given, "Whose role.", "address"},
    {"ROLE", Takes::text, Must::be_given, "help_desk, tenant, reseller or platform.", "role"},
    {"--over", Takes::text, Must::may_be_given, "A tenant; the account's own if not given.", "over"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_one<admin::RevokeRoleRequest>(session, arguments, options, removal_columns);
}
}  // namespace

const Verb role_revoke{.group = "role",
                       .name = "revoke",
                       .sentence = "Takes a role away.",
                       .example = "role revoke ada@example.test tenant",
                       .options = options,
                       .run = &run};

}  // namespace sky::skyctl
