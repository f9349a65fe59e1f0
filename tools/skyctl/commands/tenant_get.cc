#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"NAME", Takes::text, Must::be_given, "The tenant's name.", "name"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_one<admin::GetTenantRequest>(session, arguments, options, tenant_columns);
}
}  // namespace

const Verb tenant_get{
    .group = "tenant", .name = "get", .sentence = "Shows a tenant.", .example = "tenant get example", .options = options, .run = &run};

}  // namespace sky::skyctl
