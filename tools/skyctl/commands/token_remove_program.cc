#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"ID", Takes::number, Must::be_given, "As token list-programs shows it.", "id"},
    {"--tenant", Takes::text, Must::may_be_given, "This tenant's; if not given: the platform's.", "tenant"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_one<admin::RemoveProgramTokenRequest>(session, arguments, options, removal_columns);
}
}  // namespace

const Verb token_remove_program{.group = "token",
                                .name = "remove-program",
                                .sentence = "Removes a token of a program.",
                                .example = "token remove-program 7 --tenant example",
                                .options = options,
                                .run = &run};

}  // namespace sky::skyctl
