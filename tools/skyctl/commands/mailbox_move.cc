#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"ADDRESS", Takes::text, Must::be_given, "The mailbox's address.", "address"},
    {"NEW-ADDRESS", Takes::text, Must::be_given, "Its address there, in a domain of that tenant.", "new_address"},
    {"--tenant", Takes::text, Must::be_given, "Where it goes.", "tenant"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_one<admin::MoveMailboxRequest>(session, arguments, options, mailbox_columns);
}
}  // namespace

const Verb mailbox_move{.group = "mailbox",
                        .name = "move",
                        .sentence = "Moves a mailbox with all its mail to another tenant; its sessions end.",
                        .example = "mailbox move ada@example.test ada@example.org --tenant other",
                        .options = options,
                        .run = &run};

}  // namespace sky::skyctl
