#include "skyctl/commands/commands.h"
#include "skyctl/session.h"
#include "skyctl/tables.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"--recipient", Takes::text, Must::may_be_given, "An address, or @domain for all of it."},
    {"--limit", Takes::number, Must::may_be_given, "Rows at most; 1000 if not given."},
};

Result<void> run(Session& session, const Arguments& arguments) {
    delivery::ListQueueRequest request;
    request.set_recipient(arguments.text("--recipient"));
    request.set_limit(static_cast<std::uint32_t>(arguments.number("--limit")));
    auto reply = session.call<delivery::ListQueueReply>(request);
    if (!reply) return forward(reply);
    session.list(queue_table(*reply, session.format()));
    return {};
}
}  // namespace

const Verb queue_list{.group = "queue",
                      .name = "list",
                      .sentence = "Lists the mail that waits to be delivered.",
                      .example = "queue list --recipient @example.org",
                      .options = options,
                      .run = &run};

}  // namespace sky::skyctl
