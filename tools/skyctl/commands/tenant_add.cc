#include "skyctl/commands/commands.h"
#include "skyctl/session.h"
#include "skyctl/tables.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"NAME", Takes::text, Must::be_given, "Unique name: letters, digits, hyphens, dots, underscores."},
};

Result<void> run(Session& session, const Arguments& arguments) {
    admin::AddTenantRequest request;
    request.set_name(arguments.text("NAME"));
    request.set_idempotency_key(new_idempotency_key());
    auto reply = session.call<admin::Tenant>(request);
    if (!reply) return forward(reply);
    session.one(tenant_table({*reply}));
    return {};
}
}  // namespace

const Verb tenant_add{.group = "tenant",
                      .name = "add",
                      .sentence = "Creates a tenant: an organisation with domains of its own.",
                      .example = "tenant add example",
                      .options = options,
                      .run = &run};

}  // namespace sky::skyctl
