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
    request.set_state("suspended");
    return show_one(session, request, mailbox_columns);
}
}  // namespace

const Verb mailbox_suspend{.group = "mailbox",
                           .name = "suspend",
                           .sentence = "Suspends a mailbox: it takes no mail and lets nobody in.",
                           .example = "mailbox suspend ada@example.test",
                           .options = options,
                           .run = &run};

}  // namespace sky::skyctl
