#include "skyctl/commands/commands.h"
#include "skyctl/session.h"
#include "skyctl/tables.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"ADDRESS", Takes::text, Must::be_given, "The mailbox's address."},
};

Result<void> run(Session& session, const Arguments& arguments) {
    admin::RemoveMailboxRequest request;
    request.set_address(arguments.text("ADDRESS"));
    auto reply = session.call<admin::RemoveReply>(request);
    if (!reply) return forward(reply);
    session.one(count_table("removed", reply->removed()));
    return {};
}
}  // namespace

const Verb mailbox_remove{.group = "mailbox",
                          .name = "remove",
                          .sentence = "Removes a mailbox and all its mail.",
                          .example = "mailbox remove ada@example.test",
                          .options = options,
                          .run = &run};

}  // namespace sky::skyctl
