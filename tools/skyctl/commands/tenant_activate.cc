#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"NAME", Takes::text, Must::be_given, "The tenant's name.", "name"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    admin::SetTenantStateRequest request;
    if (auto filled = fill(request, arguments, options); !filled) return filled;
    request.set_state("active");
    return show_one(session, request, tenant_columns);
}
}  // namespace

const Verb tenant_activate{.group = "tenant",
                           .name = "activate",
                           .sentence = "Ends the suspension or the closing of a tenant.",
                           .example = "tenant activate example",
                           .options = options,
                           .run = &run};

}  // namespace sky::skyctl
