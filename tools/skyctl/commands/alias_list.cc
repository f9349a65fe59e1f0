#include "skyctl/commands/commands.h"
#include "skyctl/session.h"
#include "skyctl/tables.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"--domain", Takes::text, Must::may_be_given, "Only of this domain."},
};

Result<void> run(Session& session, const Arguments& arguments) {
    std::vector<admin::Alias> aliases;
    admin::ListAliasesRequest request;
    request.set_domain(arguments.text("--domain"));
    do {
        request.mutable_page()->set_size(200);
        auto reply = session.call<admin::ListAliasesReply>(request);
        if (!reply) return forward(reply);
        aliases.insert(aliases.end(), reply->aliases().begin(), reply->aliases().end());
        request.mutable_page()->set_after(reply->next());
    } while (!request.page().after().empty());
    session.list(alias_table(aliases));
    return {};
}
}  // namespace

const Verb alias_list{.group = "alias",
                      .name = "list",
                      .sentence = "Lists aliases.",
                      .example = "alias list --domain example.test",
                      .options = options,
                      .run = &run};

}  // namespace sky::skyctl
