#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"ADDRESS", Takes::text, Must::be_given, "The mailbox's address.", "address"},
    {"ID", Takes::number, Must::be_given, "Its id in app-password list.", "id"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_one<admin::RemoveAppPasswordRequest>(session, arguments, options, removal_columns);
}
}  // namespace

const Verb app_password_remove{.group = "app-password",
                               .name = "remove",
                               .sentence = "Ends an app password and the sessions that were signed in with it.",
                               .example = "app-password remove ada@example.test 17",
                               .options = options,
                               .run = &run};

}  // namespace sky::skyctl
