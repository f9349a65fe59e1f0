#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"--tenant", Takes::text, Must::may_be_given, "Only this tenant's.", "tenant"},
    {"--domain", Takes::text, Must::may_be_given, "Only this domain's.", "domain"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_list<admin::ListGroupsRequest>(session, arguments, options, group_columns);
}
}  // namespace

const Verb group_list{.group = "group",
                      .name = "list",
                      .sentence = "Lists groups.",
                      .example = "group list --tenant example",
                      .options = options,
                      .run = &run};

}  // namespace sky::skyctl
