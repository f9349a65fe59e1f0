#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"ADDRESS", Takes::text, Must::be_given, "Whose mailbox.", "address"},
    {"DELEGATE", Takes::text, Must::be_given, "A user of the same tenant.", "delegate"},
    {"--full-access", Takes::nothing, Must::may_be_given, "Opens the mailbox and everything in it.", "full_access"},
    {"--send-as", Takes::nothing, Must::may_be_given, "Sends as if it was the mailbox itself.", "send_as"},
    {"--send-on-behalf", Takes::nothing, Must::may_be_given, "Sends on its behalf: both names stand in the mail.", "send_on_behalf"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    if (!arguments.given("--full-access") && !arguments.given("--send-as") && !arguments.given("--send-on-behalf"))
        return unexpected(Fault::syntax, "say what the delegate may do, or take everything away with delegate remove");
    return ask_one<admin::SetDelegateRequest>(session, arguments, options, delegate_columns);
}
}  // namespace

const Verb delegate_set{.group = "delegate",
                        .name = "set",
                        .sentence = "Says what a delegate may do with a mailbox, in place of what it could do before.",
                        .example = "delegate set info@example.test ada@example.test --full-access --send-as",
                        .options = options,
                        .run = &run};

}  // namespace sky::skyctl
