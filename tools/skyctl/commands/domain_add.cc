#include "skyctl/commands/commands.h"
#include "skyctl/session.h"
#include "skyctl/tables.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"DOMAIN", Takes::text, Must::be_given, "The domain's name."},
    {"--tenant", Takes::text, Must::be_given, "Whose it is."},
};

Result<void> run(Session& session, const Arguments& arguments) {
    admin::AddDomainRequest request;
    request.set_tenant(arguments.text("--tenant"));
    request.set_name(arguments.text("DOMAIN"));
    request.set_idempotency_key(new_idempotency_key());
    auto reply = session.call<admin::Domain>(request);
    if (!reply) return forward(reply);
    session.one(domain_table({*reply}));
    return {};
}
}  // namespace

const Verb domain_add{.group = "domain",
                      .name = "add",
                      .sentence = "Gives a domain to a tenant: its mail is taken from now on.",
                      .example = "domain add example.test --tenant example",
                      .options = options,
                      .run = &run};

}  // namespace sky::skyctl
