#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"ADDRESS", Takes::text, Must::be_given, "The mailbox's address.", "address"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_list<admin::ListAppPasswordsRequest>(session, arguments, options, app_password_columns);
}
}  // namespace

const Verb app_password_list{.group = "app-password",
                             .name = "list",
                             .sentence = "Lists a mailbox's app passwords, without the passwords.",
                             .example = "app-password list ada@example.test",
                             .options = options,
                             .run = &run};

}  // namespace sky::skyctl
