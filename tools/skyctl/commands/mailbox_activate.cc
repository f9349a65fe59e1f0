#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"ADDRESS", Takes::text, Must::be_given, "The mailbox's address.", "address"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    admin::SetMailboxStateRequest request;
    if (auto filled = fill(request, arguments, options); !filled) return filled;
    request.set_state("active");
    return show_one(session, request, mailbox_columns);
}
}  // namespace

const Verb mailbox_activate{.group = "mailbox",
                            .name = "activate",
                            .sentence = "Ends the suspension of a mailbox.",
                            .example = "mailbox activate ada@example.test",
                            .options = options,
                            .run = &run};

}  // namespace sky::skyctl
