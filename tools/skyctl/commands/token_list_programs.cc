#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"--tenant", Takes::text, Must::may_be_given, "This tenant's; if not given: the platform's.", "tenant"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_list<admin::ListProgramTokensRequest>(session, arguments, options, token_columns);
}
}  // namespace

const Verb token_list_programs{.group = "token",
                               .name = "list-programs",
                               .sentence = "Lists the tokens of programs, of a tenant or of the platform.",
                               .example = "token list-programs --tenant example",
                               .options = options,
                               .run = &run};

}  // namespace sky::skyctl
