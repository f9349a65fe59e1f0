#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"ADDRESS", Takes::text, Must::be_given, "The alias.", "address"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_one<admin::RemoveAliasRequest>(session, arguments, options, removal_columns);
}
}  // namespace

const Verb alias_remove{.group = "alias",
                        .name = "remove",
                        .sentence = "Removes an alias; mail for it is refused from now on.",
                        .example = "alias remove office@example.test",
                        .options = options,
                        .run = &run};

}  // namespace sky::skyctl
