#include "skyctl/commands/commands.h"
#include "skyctl/session.h"
#include "skyctl/tables.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"DOMAIN", Takes::text, Must::be_given, "The domain's name."},
};

Result<void> run(Session& session, const Arguments& arguments) {
    admin::RemoveDomainRequest request;
    request.set_name(arguments.text("DOMAIN"));
    auto reply = session.call<admin::RemoveReply>(request);
    if (!reply) return forward(reply);
    session.one(count_table("removed", reply->removed()));
    return {};
}
}  // namespace

const Verb domain_remove{.group = "domain",
                         .name = "remove",
                         .sentence = "Removes a domain that has no mailboxes or aliases left.",
                         .example = "domain remove example.test",
                         .options = options,
                         .run = &run};

}  // namespace sky::skyctl
