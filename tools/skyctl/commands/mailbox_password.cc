#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"ADDRESS", Takes::text, Must::be_given, "The mailbox's address.", "address"},
    {"--password-stdin", Takes::nothing, Must::be_given, "Reads the password from standard input: one line, by the tenant's rules."},
};

Result<void> run(Session& session, const Arguments& arguments) {
    auto password = session.password();
    if (!password) return forward(password);
    admin::SetPasswordRequest request;
    if (auto filled = fill(request, arguments, options); !filled) return filled;
    request.set_password(*password);
    return show_one(session, request, mailbox_columns);
}
}  // namespace

const Verb mailbox_password{.group = "mailbox",
                            .name = "password",
                            .sentence = "Sets a mailbox's password and ends the sessions signed in with the old one.",
                            .example = "mailbox password ada@example.test --password-stdin < password.txt",
                            .options = options,
                            .run = &run};

}  // namespace sky::skyctl
