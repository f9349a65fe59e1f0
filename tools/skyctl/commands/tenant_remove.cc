#include "skyctl/commands/commands.h"
#include "skyctl/session.h"
#include "skyctl/tables.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"NAME", Takes::text, Must::be_given, "The tenant's name."},
    {"--cascade", Takes::nothing, Must::may_be_given, "Also removes its domains, aliases, and mailboxes with all their mail."},
};

Result<void> run(Session& session, const Arguments& arguments) {
    admin::RemoveTenantRequest request;
    request.set_name(arguments.text("NAME"));
    request.set_cascade(arguments.given("--cascade"));
    auto reply = session.call<admin::RemoveReply>(request);
    if (!reply) return forward(reply);
    session.one(count_table("removed", reply->removed()));
    return {};
}
}  // namespace

const Verb tenant_remove{.group = "tenant",
                         .name = "remove",
                         .sentence = "Removes a tenant without domains, or with --cascade all that it has.",
                         .example = "tenant remove example --cascade",
                         .options = options,
                         .run = &run};

}  // namespace sky::skyctl
