#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"ADDRESS", Takes::text, Must::be_given, "Whose mailbox.", "address"},
    {"DELEGATE", Takes::text, Must::be_given, "A user of the same tenant.", "delegate"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_one<admin::SetDelegateRequest>(session, arguments, options, delegate_columns);
}
}  // namespace

const Verb delegate_remove{.group = "delegate",
                           .name = "remove",
                           .sentence = "Takes everything away that a delegate may do with a mailbox.",
                           .example = "delegate remove info@example.test ada@example.test",
                           .options = options,
                           .run = &run};

}  // namespace sky::skyctl
