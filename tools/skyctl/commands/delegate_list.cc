#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"ADDRESS", Takes::text, Must::be_given, "Whose mailbox.", "address"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_list<admin::ListDelegatesRequest>(session, arguments, options, delegate_columns);
}
}  // namespace

const Verb delegate_list{.group = "delegate",
                         .name = "list",
                         .sentence = "Lists who may open a mailbox, or send as it or on its behalf.",
                         .example = "delegate list info@example.test",
                         .options = options,
                         .run = &run};

}  // namespace sky::skyctl
