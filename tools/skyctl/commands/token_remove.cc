#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"ADDRESS", Takes::text, Must::be_given, "Whose.", "address"},
    {"ID", Takes::number, Must::be_given, "As token list shows it.", "id"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_one<admin::RemoveTokenRequest>(session, arguments, options, removal_columns);
}
}  // namespace

const Verb token_remove{.group = "token",
                        .name = "remove",
                        .sentence = "Removes a token of a person; it opens nothing from now on.",
                        .example = "token remove ada@example.test 7",
                        .options = options,
                        .run = &run};

}  // namespace sky::skyctl
