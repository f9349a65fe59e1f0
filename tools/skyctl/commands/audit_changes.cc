#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"
#include "skyctl/day.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"--tenant", Takes::text, Must::may_be_given, "Only this tenant's.", "tenant"},
    {"--actor", Takes::text, Must::may_be_given, "Made by this one.", "actor"},
    {"--object", Takes::text, Must::may_be_given, "Of this one.", "object"},
    {"--action", Takes::text, Must::may_be_given, "Only these: mailbox.add, or all that begin with mailbox.", "action"},
    {"--since", Takes::text, Must::may_be_given, "From this day on (UTC): YYYY-MM-DD."},
    {"--until", Takes::text, Must::may_be_given, "Up to this day, which counts: YYYY-MM-DD."},
};

Result<void> run(Session& session, const Arguments& arguments) {
    admin::ListChangesRequest request;
    if (auto filled = fill(request, arguments, options); !filled) return filled;
    if (auto set = set_days(request, arguments); !set) return set;
    return show_list(session, request, change_columns);
}
}  // namespace

const Verb audit_changes{.group = "audit",
                         .name = "changes",
                         .sentence = "Lists changes of the directory, newest first.",
                         .example = "audit changes --tenant example --action mailbox. --since 2026-11-01",
                         .options = options,
                         .run = &run};

}  // namespace sky::skyctl
