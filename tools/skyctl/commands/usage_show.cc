#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"--tenant", Takes::text, Must::may_be_given, "Only this tenant's.", "tenant"},
    {"--day", Takes::text, Must::may_be_given, "YYYY-MM-DD (UTC); not given: the newest that is counted.", "day"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_list<admin::ListUsageRequest>(session, arguments, options, usage_columns);
}
}  // namespace

const Verb usage_show{.group = "usage",
                      .name = "show",
                      .sentence = "Shows each mailbox of a day that is over: its plan and its room.",
                      .example = "usage show --tenant example",
                      .options = options,
                      .run = &run};

}  // namespace sky::skyctl
