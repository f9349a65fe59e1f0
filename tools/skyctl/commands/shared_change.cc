#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"ADDRESS", Takes::text, Must::be_given, "The mailbox's address.", "address"},
    {"--name", Takes::text, Must::may_be_given, "What people call it.", "display_name"},
    {"--sent-copy", Takes::text, Must::may_be_given, "Where the copy of what is sent as it goes: sender, shared, both.", "sent_copy"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_one<admin::ChangeMailboxRequest>(session, arguments, options, mailbox_columns);
}
}  // namespace

const Verb shared_change{.group = "shared",
                         .name = "change",
                         .sentence = "Changes a shared mailbox: its name, and where copies of what is sent as it go.",
                         .example = "shared change info@example.test --sent-copy both",
                         .options = options,
                         .run = &run};

}  // namespace sky::skyctl
