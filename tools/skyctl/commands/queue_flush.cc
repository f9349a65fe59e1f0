#include "skyctl/commands/commands.h"
#include "skyctl/session.h"
#include "skyctl/tables.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"--recipient", Takes::text, Must::may_be_given, "An address, or @domain for all of it."},
    {"--id", Takes::number, Must::may_be_given, "One message, by its number in queue list."},
    {"--all", Takes::nothing, Must::may_be_given, "Everything."},
};

Result<void> run(Session& session, const Arguments& arguments) {
    if (!arguments.given("--recipient") && !arguments.given("--id") && !arguments.given("--all"))
        return unexpected(Fault::syntax, "say which: --recipient, --id or --all");
    delivery::FlushQueueRequest request;
    request.set_recipient(arguments.text("--recipient"));
    request.set_queue_id(arguments.number("--id"));
    auto reply = session.call<delivery::FlushQueueReply>(request);
    if (!reply) return forward(reply);
    session.one(count_table("flushed", reply->flushed()));
    return {};
}
}  // namespace

const Verb queue_flush{.group = "queue",
                       .name = "flush",
                       .sentence = "Tries waiting mail again now.",
                       .example = "queue flush --recipient @example.org",
                       .options = options,
                       .run = &run};

}  // namespace sky::skyctl
