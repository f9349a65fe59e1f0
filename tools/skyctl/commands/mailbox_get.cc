#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"ADDRESS", Takes::text, Must::be_given, "The mailbox's address.", "address"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_one<admin::GetMailboxRequest>(session, arguments, options, mailbox_columns);
}
}  // namespace

const Verb mailbox_get{.group = "mailbox",
                       .name = "get",
                       .sentence = "Shows a mailbox.",
                       .example = "mailbox get ada@example.test",
                       .options = options,
                       .run = &run};

}  // namespace sky::skyctl
