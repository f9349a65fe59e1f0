#include "skyctl/commands/commands.h"
#include "skyctl/session.h"
#include "skyctl/tables.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"ADDRESS", Takes::text, Must::be_given, "The mailbox's address."},
    {"--name", Takes::text, Must::may_be_given, "The user's name, as others see it."},
    {"--quota", Takes::octets, Must::may_be_given, "Most that it may hold (500M, 5G); the service's default if not given."},
    {"--password-stdin", Takes::nothing, Must::be_given, "Reads the password from standard input: at least 10 characters on one line."},
};

Result<void> run(Session& session, const Arguments& arguments) {
    auto password = session.password();
    if (!password) return forward(password);
    admin::AddMailboxRequest request;
    request.set_address(arguments.text("ADDRESS"));
    request.set_display_name(arguments.text("--name"));
    request.set_quota_bytes(arguments.number("--quota"));
    request.set_password(*password);
    request.set_idempotency_key(new_idempotency_key());
    auto reply = session.call<admin::Mailbox>(request);
    if (!reply) return forward(reply);
    session.one(mailbox_table({*reply}, session.format()));
    return {};
}
}  // namespace

const Verb mailbox_add{.group = "mailbox",
                       .name = "add",
                       .sentence = "Creates a user's mailbox.",
                       .example = "mailbox add ada@example.test --name 'Ada Lovelace' --password-stdin < password.txt",
                       .options = options,
                       .run = &run};

}  // namespace sky::skyctl
