#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"ADDRESS", Takes::text, Must::be_given, "The mailbox's address.", "address"},
    {"NEW", Takes::text, Must::be_given, "The new address.", "new_address"},
    {"--keep", Takes::nothing, Must::may_be_given, "The old address goes on leading here.", "keep_alias"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_one<admin::RenameMailboxRequest>(session, arguments, options, mailbox_columns);
}
}  // namespace

const Verb mailbox_rename{.group = "mailbox",
                          .name = "rename",
                          .sentence = "Gives a mailbox another address of its tenant; its mail stays.",
                          .example = "mailbox rename ada@example.test lovelace@example.test --keep",
                          .options = options,
                          .run = &run};

}  // namespace sky::skyctl
