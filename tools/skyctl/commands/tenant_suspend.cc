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
    request.set_state("suspended");
    return show_one(session, request, tenant_columns);
}
}  // namespace

const Verb tenant_suspend{.group = "tenant",
                          .name = "suspend",
                          .sentence = "Suspends a tenant: it receives mail and can send none.",
                          .example = "tenant suspend example",
                          .options = options,
                          .run = &run};

}  // namespace sky::skyctl
