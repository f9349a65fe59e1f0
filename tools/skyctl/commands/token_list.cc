#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"ADDRESS", Takes::text, Must::be_given, "Whose.", "address"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_list<admin::ListTokensRequest>(session, arguments, options, token_columns);
}
}  // namespace

const Verb token_list{.group = "token",
                      .name = "list",
                      .sentence = "Lists the tokens of a person.",
                      .example = "token list ada@example.test",
                      .options = options,
                      .run = &run};

}  // namespace sky::skyctl
