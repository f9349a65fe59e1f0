#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"ADDRESS", Takes::text, Must::be_given, "The delegate.", "address"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_list<admin::ListDelegationsRequest>(session, arguments, options, delegate_columns);
}
}  // namespace

const Verb delegate_list_for{.group = "delegate",
                             .name = "list-for",
                             .sentence = "Lists the mailboxes that somebody is a delegate of.",
                             .example = "delegate list-for ada@example.test",
                             .options = options,
                             .run = &run};

}  // namespace sky::skyctl
