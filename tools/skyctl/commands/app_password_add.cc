#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"
#include "skyctl/day.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"ADDRESS", Takes::text, Must::be_given, "The mailbox's address.", "address"},
    {"--label", Takes::text, Must::may_be_given, "What it is for.", "label"},
    {"--protocols", Takes::text, Must::may_be_given,
     "Separated by commas: imap, pop3, submission, caldav, carddav, jmap, activesync, ews; empty: all but the web app.", "protocols"},
    {"--networks", Takes::texts, Must::may_be_given, "Where it may be used: 192.0.2.0/24 2001:db8::/32; everywhere if not given.",
     "networks"},
    {"--until", Takes::text, Must::may_be_given, "Its last day (UTC): YYYY-MM-DD."},
};

Result<void> run(Session& session, const Arguments& arguments) {
    admin::AddAppPasswordRequest request;
    if (auto filled = fill(request, arguments, options); !filled) return filled;
    if (arguments.given("--until")) {
        const auto day = parse_day(arguments.text("--until"));
        if (!day) return unexpected(Fault::syntax, "--until is a day: YYYY-MM-DD");
        request.set_expires(*day + 86400);
    }
    return show_one(session, request, new_app_password_columns);
}
}  // namespace

const Verb app_password_add{
    .group = "app-password",
    .name = "add",
    .sentence = "Makes a password for a program that can't ask for a second factor; it is shown once.",
    .example = "app-password add ada@example.test --label 'old scanner' --protocols submission --networks 192.0.2.0/24",
    .options = options,
    .run = &run};

}  // namespace sky::skyctl
