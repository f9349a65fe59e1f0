#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"ADDRESS", Takes::text, Must::be_given, "The address.", "address"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_one<admin::RemoveGroupRequest>(session, arguments, options, removal_columns);
}
}  // namespace

const Verb group_remove{.group = "group",
                        .name = "remove",
                        .sentence = "Removes a group; its members stay.",
                        .example = "group remove team@example.test",
                        .options = options,
                        .run = &run};

}  // namespace sky::skyctl
