#include "skyctl/commands/commands.h"
#include "skyctl/session.h"
#include "skyctl/tables.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"--id", Takes::number, Must::be_given, "One message, by its number in moderation list."},
    {"--group", Takes::text, Must::may_be_given, "The group's address, where the message waits for several."},
};

Result<void> run(Session& session, const Arguments& arguments) {
    delivery::ApproveHeldRequest request;
    request.set_queue_id(arguments.number("--id"));
    request.set_group(arguments.text("--group"));
    auto reply = session.call<delivery::ApproveHeldReply>(request);
    if (!reply) return forward(reply);
    session.one(count_table("approved", reply->approved()));
    return {};
}
}  // namespace

const Verb moderation_approve{.group = "moderation",
                              .name = "approve",
                              .sentence = "Lets held mail through to the group.",
                              .example = "moderation approve --id 4711",
                              .options = options,
                              .run = &run};

}  // namespace sky::skyctl
