#include "skyctl/commands/commands.h"
#include "skyctl/session.h"
#include "skyctl/tables.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"--group", Takes::text, Must::may_be_given, "A group's address, or @domain for all of it."},
    {"--limit", Takes::number, Must::may_be_given, "Rows at most; 1000 if not given."},
};

Result<void> run(Session& session, const Arguments& arguments) {
    delivery::ListHeldRequest request;
    request.set_group(arguments.text("--group"));
    request.set_limit(static_cast<std::uint32_t>(arguments.number("--limit")));
    auto reply = session.call<delivery::ListHeldReply>(request);
    if (!reply) return forward(reply);
    session.list(held_table(*reply, session.format()));
    return {};
}
}  // namespace

const Verb moderation_list{.group = "moderation",
                           .name = "list",
                           .sentence = "Lists the mail that waits for a group's moderators.",
                           .example = "moderation list --group all@example.org",
                           .options = options,
                           .run = &run};

}  // namespace sky::skyctl
