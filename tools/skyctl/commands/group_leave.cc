#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"ADDRESS", Takes::text, Must::be_given, "The group's address.", "address"},
    {"MEMBER", Takes::texts, Must::be_given, "Its members.", "members"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_one<admin::RemoveGroupMembersRequest>(session, arguments, options, group_columns);
}
}  // namespace

const Verb group_leave{.group = "group",
                       .name = "leave",
                       .sentence = "Takes members out of a group.",
                       .example = "group leave team@example.test lin@example.test",
                       .options = options,
                       .run = &run};

}  // namespace sky::skyctl
