#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"ADDRESS", Takes::text, Must::be_given, "The group's address.", "address"},
    {"MEMBER", Takes::texts, Must::may_be_given, "Addresses here or elsewhere, of other groups too.", "members"},
    {"--name", Takes::text, Must::may_be_given, "What people call it.", "display_name"},
    {"--description", Takes::text, Must::may_be_given, "What it is for.", "description"},
    {"--senders", Takes::text, Must::may_be_given, "Who may write to it: anyone, tenant (if not given), members, listed.", "senders"},
    {"--may-send", Takes::text, Must::may_be_given, "Addresses separated by commas: the list of listed.", "may_send"},
    {"--moderated", Takes::on_off, Must::may_be_given, "on: mail waits for a moderator.", "moderated"},
    {"--moderators", Takes::text, Must::may_be_given, "Addresses separated by commas.", "moderators"},
    {"--owners", Takes::text, Must::may_be_given, "Addresses separated by commas; they may always write.", "owners"},
    {"--listed", Takes::on_off, Must::may_be_given, "off: it does not stand in the address list.", "listed"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_one<admin::AddGroupRequest>(session, arguments, options, group_columns);
}
}  // namespace

const Verb group_add{.group = "group",
                     .name = "add",
                     .sentence = "Creates a distribution group: one address whose mail goes to all its members, here or elsewhere.",
                     .example = "group add team@example.test ada@example.test far@example.org --senders anyone",
                     .options = options,
                     .run = &run};

}  // namespace sky::skyctl
