#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"ADDRESS", Takes::text, Must::be_given, "Whose mailbox.", "address"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_list<admin::ListDeletedRequest>(session, arguments, options, deleted_columns);
}
}  // namespace

const Verb deleted_list{.group = "deleted",
                        .name = "list",
                        .sentence = "Lists the deleted messages of a mailbox that can still be restored, the newest first.",
                        .example = "deleted list ada@example.test",
                        .options = options,
                        .run = &run};

}  // namespace sky::skyctl
