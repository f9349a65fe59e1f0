#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"--tenant", Takes::text, Must::may_be_given, "Only this tenant's.", "tenant"},
    {"--state", Takes::text, Must::may_be_given, "Only pending, active or suspended ones.", "state"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_list<admin::ListDomainsRequest>(session, arguments, options, domain_columns);
}
}  // namespace

const Verb domain_list{.group = "domain",
                       .name = "list",
                       .sentence = "Lists domains.",
                       .example = "domain list --tenant example",
                       .options = options,
                       .run = &run};

}  // namespace sky::skyctl
