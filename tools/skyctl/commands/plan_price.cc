#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"NAME", Takes::text, Must::be_given, "What the plan is called.", "name"},
    {"--from", Takes::text, Must::be_given, "The first day (UTC) of this price: YYYY-MM-DD.", "valid_from"},
    {"--minor-units", Takes::number, Must::be_given, "Without tax: 550 is 5.50.", "minor_units"},
    {"--currency", Takes::text, Must::be_given, "ISO 4217: AUD.", "currency"},
    {"--tax", Takes::text, Must::may_be_given, "What the tax is called.", "tax_name"},
    {"--tax-basis-points", Takes::number, Must::may_be_given, "The tax: 1000 is 10 %.", "tax_basis_points"},
    {"--owner", Takes::text, Must::may_be_given, "The reseller whose plan it is; not given: your own, of the platform the provider's.",
     "owner"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_one<admin::SetPlanPriceRequest>(session, arguments, options, price_columns);
}
}  // namespace

const Verb plan_price{.group = "plan",
                      .name = "price",
                      .sentence = "Sets what a mailbox on a plan costs a month, from a day on.",
                      .example = "plan price basic --from 2027-01-01 --minor-units 550 --currency AUD --tax GST --tax-basis-points 1000",
                      .options = options,
                      .run = &run};

}  // namespace sky::skyctl
