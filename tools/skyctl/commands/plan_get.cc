#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"NAME", Takes::text, Must::be_given, "What it is called.", "name"},
    {"--owner", Takes::text, Must::may_be_given, "The reseller whose plan it is; not given: your own, of the platform the provider's.",
     "owner"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_one<admin::GetPlanRequest>(session, arguments, options, plan_columns);
}
}  // namespace

const Verb plan_get{
    .group = "plan", .name = "get", .sentence = "Shows a plan.", .example = "plan get basic", .options = options, .run = &run};

}  // namespace sky::skyctl
