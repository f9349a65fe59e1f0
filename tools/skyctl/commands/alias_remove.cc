#include "skyctl/commands/commands.h"
#include "skyctl/session.h"
#include "skyctl/tables.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"ADDRESS", Takes::text, Must::be_given, "The alias."},
};

Result<void> run(Session& session, const Arguments& arguments) {
    admin::RemoveAliasRequest request;
    request.set_address(arguments.text("ADDRESS"));
    auto reply = session.call<admin::RemoveReply>(request);
    if (!reply) return forward(reply);
    session.one(count_table("removed", reply->removed()));
    return {};
}
}  // namespace

const Verb alias_remove{.group = "alias",
                        .name = "remove",
                        .sentence = "Removes an alias.",
                        .example = "alias remove office@example.test",
                        .options = options,
                        .run = &run};

}  // namespace sky::skyctl
