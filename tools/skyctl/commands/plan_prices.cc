#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"NAME", Takes::text, Must::be_given, "What the plan is called.", "name"},
    {"--owner", Takes::text, Must::may_be_given, "The reseller whose plan it is; not given: your own, of the platform the provider's.",
     "owner"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_list<admin::ListPlanPricesRequest>(session, arguments, options, price_columns);
}
}  // namespace

const Verb plan_prices{.group = "plan",
                       .name = "prices",
                       .sentence = "Lists what a plan costs and did cost.",
                       .example = "plan prices basic",
                       .options = options,
                       .run = &run};

}  // namespace sky::skyctl
