#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"--domain", Takes::text, Must::may_be_given, "Only of this domain.", "domain"},
    {"--tenant", Takes::text, Must::may_be_given, "Only this tenant's.", "tenant"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_list<admin::ListAliasesRequest>(session, arguments, options, alias_columns);
}
}  // namespace

const Verb alias_list{.group = "alias",
                      .name = "list",
                      .sentence = "Lists aliases.",
                      .example = "alias list --domain example.test",
                      .options = options,
                      .run = &run};

}  // namespace sky::skyctl
