#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"--domain", Takes::text, Must::may_be_given, "Only of this domain.", "domain"},
    {"--tenant", Takes::text, Must::may_be_given, "Only this tenant's.", "tenant"},
    {"--kind", Takes::text, Must::may_be_given, "Only user, shared, room, equipment, public_folders or service.", "kind"},
    {"--text", Takes::text, Must::may_be_given, "Only with this in the address or the name.", "text"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_list<admin::ListMailboxesRequest>(session, arguments, options, mailbox_columns);
}
}  // namespace

const Verb mailbox_list{.group = "mailbox",
                        .name = "list",
                        .sentence = "Lists mailboxes.",
                        .example = "mailbox list --domain example.test",
                        .options = options,
                        .run = &run};

}  // namespace sky::skyctl
