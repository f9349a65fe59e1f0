#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"ADDRESS", Takes::text, Must::be_given, "The mailbox's address.", "address"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_one<admin::RemoveMailboxRequest>(session, arguments, options, removal_columns);
}
}  // namespace

const Verb mailbox_remove{.group = "mailbox",
                          .name = "remove",
                          .sentence = "Removes a mailbox and all its mail.",
                          .example = "mailbox remove ada@example.test",
                          .options = options,
                          .run = &run};

}  // namespace sky::skyctl
