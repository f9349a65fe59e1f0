#include "skyctl/commands/commands.h"
#include "skyctl/session.h"
#include "skyctl/tables.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"--recipient", Takes::text, Must::may_be_given, "An address, or @domain for all of it."},
    {"--id", Takes::number, Must::may_be_given, "One message, by its number in queue list."},
};

Result<void> run(Session& session, const Arguments& arguments) {
    if (!arguments.given("--recipient") && !arguments.given("--id")) return unexpected(Fault::syntax, "say which: --recipient or --id");
    delivery::RemoveQueueRequest request;
    request.set_recipient(arguments.text("--recipient"));
    request.set_queue_id(arguments.number("--id"));
    auto reply = session.call<delivery::RemoveQueueReply>(request);
    if (!reply) return forward(reply);
    session.one(count_table("removed", reply->removed()));
    return {};
}
}  // namespace

const Verb queue_remove{.group = "queue",
                        .name = "remove",
                        .sentence = "Takes mail out of the queue, without a bounce to its sender.",
                        .example = "queue remove --id 4711",
                        .options = options,
                        .run = &run};

}  // namespace sky::skyctl
