#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"ADDRESS", Takes::text, Must::be_given, "The group's address.", "address"},
    {"MEMBER", Takes::texts, Must::be_given, "Addresses here or elsewhere.", "members"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_one<admin::AddGroupMembersRequest>(session, arguments, options, group_columns);
}
}  // namespace

const Verb group_join{.group = "group",
                      .name = "join",
                      .sentence = "Adds members to a group.",
                      .example = "group join team@example.test lin@example.test",
                      .options = options,
                      .run = &run};

}  // namespace sky::skyctl
