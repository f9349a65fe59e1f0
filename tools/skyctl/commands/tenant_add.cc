#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"NAME", Takes::text, Must::be_given, "Unique name: letters, digits, hyphens, dots, underscores.", "name"},
    {"--name", Takes::text, Must::may_be_given, "What people call it.", "display_name"},
    {"--kind", Takes::text, Must::may_be_given, "customer (if not given), or reseller: it has tenants of its own.", "kind"},
    {"--parent", Takes::text, Must::may_be_given, "The reseller that it belongs to; the provider if not given.", "parent"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_one<admin::AddTenantRequest>(session, arguments, options, tenant_columns);
}
}  // namespace

const Verb tenant_add{.group = "tenant",
                      .name = "add",
                      .sentence = "Creates a tenant: an organisation with domains of its own.",
                      .example = "tenant add example --name 'Example Ltd'",
                      .options = options,
                      .run = &run};

}  // namespace sky::skyctl
