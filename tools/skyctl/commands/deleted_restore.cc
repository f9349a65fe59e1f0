#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"
#include "skyctl/day.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"ADDRESS", Takes::text, Must::be_given, "Whose mailbox.", "address"},
    {"--id", Takes::texts, Must::may_be_given, "Messages, as `deleted list` names them.", "ids"},
    {"--folder", Takes::text, Must::may_be_given, "What was deleted from this folder.", "folder"},
    {"--since", Takes::text, Must::may_be_given, "What was deleted from this day on (UTC): YYYY-MM-DD."},
    {"--all", Takes::nothing, Must::may_be_given, "Everything that can be restored.", "all"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    admin::RestoreDeletedRequest request;
    if (auto filled = fill(request, arguments, options); !filled) return filled;
    if (const auto since = parse_day(arguments.text("--since")); since)
        request.set_since(*since);
    else if (arguments.given("--since"))
        return unexpected(Fault::syntax, "--since is a day: YYYY-MM-DD");
    return show_one(session, request, restored_columns);
}
}  // namespace

const Verb deleted_restore{.group = "deleted",
                           .name = "restore",
                           .sentence = "Puts deleted messages back into the folder they were in, or into the inbox where that is gone.",
                           .example = "deleted restore ada@example.test --folder Projects --since 2026-11-01",
                           .options = options,
                           .run = &run};

}  // namespace sky::skyctl
