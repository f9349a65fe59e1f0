#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"--owner", Takes::text, Must::may_be_given, "Only this reseller's.", "owner"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_list<admin::ListPlansRequest>(session, arguments, options, plan_columns);
}
}  // namespace

const Verb plan_list{
    .group = "plan", .name = "list", .sentence = "Lists plans.", .example = "plan list --output json", .options = options, .run = &run};

}  // namespace sky::skyctl
