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
    return ask_one<admin::RemovePlanRequest>(session, arguments, options, removal_columns);
}
}  // namespace

const Verb plan_remove{.group = "plan",
                       .name = "remove",
                       .sentence = "Removes a plan that nobody is on and no bill needs.",
                       .example = "plan remove basic",
                       .options = options,
                       .run = &run};

}  // namespace sky::skyctl
