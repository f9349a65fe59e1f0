#include "skyctl/commands/commands.h"
#include "skyctl/session.h"
#include "skyctl/tables.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"--id", Takes::number, Must::be_given, "One message, by its number in moderation list."},
    {"--group", Takes::text, Must::may_be_given, "The group's address, where the message waits for several."},
    {"--note", Takes::text, Must::may_be_given, "Why; the sender reads it."},
};

Result<void> run(Session& session, const Arguments& arguments) {
    delivery::RejectHeldRequest request;
    request.set_queue_id(arguments.number("--id"));
    request.set_group(arguments.text("--group"));
    request.set_note(arguments.text("--note"));
    auto reply = session.call<delivery::RejectHeldReply>(request);
    if (!reply) return forward(reply);
    session.one(count_table("rejected", reply->rejected()));
    return {};
}
}  // namespace

const Verb moderation_reject{.group = "moderation",
                             .name = "reject",
                             .sentence = "Returns held mail to its sender.",
                             .example = "moderation reject --id 4711 --note \"Off topic\"",
                             .options = options,
                             .run = &run};

}  // namespace sky::skyctl
