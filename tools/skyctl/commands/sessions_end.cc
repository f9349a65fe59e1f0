#include "skyctl/commands/commands.h"
#include "skyctl/session.h"
#include "skyctl/tables.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"ID", Takes::text, Must::may_be_given, "One session, by its id in sessions list."},
    {"--address", Takes::text, Must::may_be_given, "All sessions of this mailbox, and what programs were let do."},
};

Result<void> run(Session& session, const Arguments& arguments) {
    if (arguments.given("ID") == arguments.given("--address")) return unexpected(Fault::syntax, "say which: a session's ID or --address");
    admin::EndSessionsRequest request;
    request.set_id(arguments.text("ID"));
    request.set_address(arguments.text("--address"));
    auto reply = session.call<admin::EndSessionsReply>(request);
    if (!reply) return forward(reply);
    session.one(count_table("told", reply->told()));
    return {};
}
}  // namespace

const Verb sessions_end{.group = "sessions",
                        .name = "end",
                        .sentence = "Ends one session, or all of a mailbox.",
                        .example = "sessions end --address ada@example.test",
                        .options = options,
                        .run = &run};

}  // namespace sky::skyctl
