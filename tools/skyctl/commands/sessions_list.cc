#include "skyctl/commands/commands.h"
#include "skyctl/session.h"
#include "skyctl/tables.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"--address", Takes::text, Must::may_be_given, "Only of this mailbox."},
    {"--tenant", Takes::text, Must::may_be_given, "Only this tenant's."},
};

Result<void> run(Session& session, const Arguments& arguments) {
    admin::ListSessionsRequest request;
    request.set_address(arguments.text("--address"));
    request.set_tenant(arguments.text("--tenant"));
    auto reply = session.call<admin::ListSessionsReply>(request);
    if (!reply) return forward(reply);
    session.list(session_table(*reply, session.format()));
    return {};
}
}  // namespace

const Verb sessions_list{.group = "sessions",
                         .name = "list",
                         .sentence = "Lists who is signed in, and from where.",
                         .example = "sessions list --address ada@example.test",
                         .options = options,
                         .run = &run};

}  // namespace sky::skyctl
