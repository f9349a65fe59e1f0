#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"--tenant", Takes::text, Must::may_be_given, "Only this tenant's.", "tenant"},
    {"--equipment", Takes::nothing, Must::may_be_given, "Things in place of rooms."},
};

Result<void> run(Session& session, const Arguments& arguments) {
    admin::ListMailboxesRequest request;
    if (auto filled = fill(request, arguments, options); !filled) return filled;
    request.set_kind(arguments.given("--equipment") ? "equipment" : "room");
    return show_list(session, request, mailbox_columns);
}
}  // namespace

const Verb room_list{.group = "room",
                     .name = "list",
                     .sentence = "Lists rooms, or equipment.",
                     .example = "room list --tenant example",
                     .options = options,
                     .run = &run};

}  // namespace sky::skyctl
