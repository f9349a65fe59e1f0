#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"ADDRESS", Takes::text, Must::be_given, "The address.", "address"},
    {"--name", Takes::text, Must::may_be_given, "What people call it.", "display_name"},
    {"--description", Takes::text, Must::may_be_given, "What it is for.", "description"},
    {"--senders", Takes::text, Must::may_be_given, "Who may write to it: anyone, tenant, members, listed.", "senders"},
    {"--may-send", Takes::text, Must::may_be_given, "Addresses separated by commas: the list of listed.", "may_send"},
    {"--moderated", Takes::on_off, Must::may_be_given, "on: mail waits for a moderator.", "moderated"},
    {"--moderators", Takes::text, Must::may_be_given, "Addresses separated by commas.", "moderators"},
    {"--owners", Takes::text, Must::may_be_given, "Addresses separated by commas; they may always write.", "owners"},
    {"--listed", Takes::on_off, Must::may_be_given, "Whether it stands in the address list.", "listed"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_one<admin::ChangeGroupRequest>(session, arguments, options, group_columns);
}
}  // namespace

const Verb group_change{.group = "group",
                        .name = "change",
                        .sentence = "Changes a group: who may write to it, who moderates it.",
                        .example = "group change team@example.test --senders listed --may-send ada@example.test",
                        .options = options,
                        .run = &run};

}  // namespace sky::skyctl
