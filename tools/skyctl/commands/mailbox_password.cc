#include "skyctl/commands/commands.h"
#include "skyctl/session.h"
#include "skyctl/tables.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"ADDRESS", Takes::text, Must::be_given, "The mailbox's address."},
    {"--password-stdin", Takes::nothing, Must::be_given, "Reads the password from standard input: at least 10 characters on one line."},
};

Result<void> run(Session& session, const Arguments& arguments) {
    auto password = session.password();
    if (!password) return forward(password);
    admin::SetPasswordRequest request;
    request.set_address(arguments.text("ADDRESS"));
    request.set_password(*password);
    auto reply = session.call<admin::Mailbox>(request);
    if (!reply) return forward(reply);
    session.one(mailbox_table({*reply}, session.format()));
    return {};
}
}  // namespace

const Verb mailbox_password{.group = "mailbox",
                            .name = "password",
                            .sentence = "Sets a mailbox's password and ends the sessions signed in with the old one.",
                            .example = "mailbox password ada@example.test --password-stdin < password.txt",
                            .options = options,
                            .run = &run};

}  // namespace sky::skyctl
