#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"--parent", Takes::text, Must::may_be_given, "Only those of this reseller.", "parent"},
    {"--state", Takes::text, Must::may_be_given, "Only active, suspended or closing ones.", "state"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_list<admin::ListTenantsRequest>(session, arguments, options, tenant_columns);
}
}  // namespace

const Verb tenant_list{.group = "tenant",
                       .name = "list",
                       .sentence = "Lists tenants.",
                       .example = "tenant list --parent reseller",
                       .options = options,
                       .run = &run};

}  // namespace sky::skyctl
