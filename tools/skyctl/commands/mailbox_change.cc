#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"ADDRESS", Takes::text, Must::be_given, "The mailbox's address.", "address"},
    {"--name", Takes::text, Must::may_be_given, "The user's name, as others see it.", "display_name"},
    {"--quota", Takes::octets, Must::may_be_given, "Most that it may hold: 500M, 5G.", "quota_bytes"},
    {"--title", Takes::text, Must::may_be_given, "Title.", "title"},
    {"--department", Takes::text, Must::may_be_given, "Department.", "department"},
    {"--phone", Takes::text, Must::may_be_given, "Telephone number.", "phone"},
    {"--mobile", Takes::text, Must::may_be_given, "Mobile number.", "mobile"},
    {"--office", Takes::text, Must::may_be_given, "Where to find them.", "office"},
    {"--manager", Takes::text, Must::may_be_given, "Address of the manager; empty: none.", "manager"},
    {"--listed", Takes::on_off, Must::may_be_given, "Whether it stands in the address list.", "listed"},
    {"--protocols", Takes::text, Must::may_be_given,
     "Separated by commas: imap, pop3, submission, caldav, carddav, jmap, activesync, ews, web; empty: the plan's.", "protocols"},
    {"--password-by", Takes::text, Must::may_be_given,
     "What proves its password: own, directory (the tenant's, elsewhere); empty: as the tenant has it.", "password_by"},
    {"--plan", Takes::text, Must::may_be_given, "Its own plan; empty: the tenant's.", "plan"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_one<admin::ChangeMailboxRequest>(session, arguments, options, mailbox_columns);
}
}  // namespace

const Verb mailbox_change{.group = "mailbox",
                          .name = "change",
                          .sentence = "Changes what a mailbox may do and what the address list says of it.",
                          .example = "mailbox change ada@example.test --title Countess --protocols imap,web",
                          .options = options,
                          .run = &run};

}  // namespace sky::skyctl
