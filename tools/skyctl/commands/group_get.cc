#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"ADDRESS", Takes::text, Must::be_given, "The address.", "address"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_one<admin::GetGroupRequest>(session, arguments, options, group_columns);
}
}  // namespace

const Verb group_get{.group = "group",
                     .name = "get",
                     .sentence = "Shows a group with its members.",
                     .example = "group get team@example.test",
                     .options = options,
                     .run = &run};

}  // namespace sky::skyctl
