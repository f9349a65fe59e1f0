#include "skyctl/commands/commands.h"
#include "skyctl/session.h"
#include "skyctl/tables.h"

namespace sky::skyctl {
namespace {
Result<void> run(Session& session, const Arguments&) {
    std::vector<admin::Tenant> tenants;
    admin::ListTenantsRequest request;
    do {
        request.mutable_page()->set_size(1000);
        auto reply = session.call<admin::ListTenantsReply>(request);
        if (!reply) return forward(reply);
        tenants.insert(tenants.end(), reply->tenants().begin(), reply->tenants().end());
        request.mutable_page()->set_after(reply->next());
    } while (!request.page().after().empty());
    session.list(tenant_table(tenants));
    return {};
}
}  // namespace

const Verb tenant_list{.group = "tenant",
                       .name = "list",
                       .sentence = "Lists the tenants.",
                       .example = "tenant list --output json",
                       .options = {},
                       .run = &run};

}  // namespace sky::skyctl
