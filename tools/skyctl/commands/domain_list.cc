#include "skyctl/commands/commands.h"
#include "skyctl/session.h"
#include "skyctl/tables.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"--tenant", Takes::text, Must::may_be_given, "Only this tenant's."},
};

Result<void> run(Session& session, const Arguments& arguments) {
    std::vector<admin::Domain> domains;
    admin::ListDomainsRequest request;
    request.set_tenant(arguments.text("--tenant"));
    do {
        request.mutable_page()->set_size(1000);
        auto reply = session.call<admin::ListDomainsReply>(request);
        if (!reply) return forward(reply);
        domains.insert(domains.end(), reply->domains().begin(), reply->domains().end());
        request.mutable_page()->set_after(reply->next());
    } while (!request.page().after().empty());
    session.list(domain_table(domains));
    return {};
}
}  // namespace

const Verb domain_list{.group = "domain",
                       .name = "list",
                       .sentence = "Lists domains.",
                       .example = "domain list --tenant example",
                       .options = options,
                       .run = &run};

}  // namespace sky::skyctl
