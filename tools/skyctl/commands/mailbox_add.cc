#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"
#include "skyctl/credential.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"ADDRESS", Takes::text, Must::be_given, "The mailbox's address.", "address"},
    {"--name", Takes::text, Must::may_be_given, "The user's name, as others see it.", "display_name"},
    {"--quota", Takes::octets, Must::may_be_given, "Most that it may hold (500M, 5G); the service's default if not given.", "quota_bytes"},
    {"--plan", Takes::text, Must::may_be_given, "Its own plan; the tenant's if not given.", "plan"},
    {"--kind", Takes::text, Must::may_be_given, "user (if not given), shared, room, equipment, public_folders, service.", "kind"},
    {"--password-stdin", Takes::nothing, Must::may_be_given, "Reads the password from standard input: one line, by the tenant's rules."},
    {"--password-hash-stdin", Takes::nothing, Must::may_be_given,
     "Reads another system's hash of the password in its place ($6$…, {SSHA256}…): replaced at the first sign-in."},
};

Result<void> run(Session& session, const Arguments& arguments) {
    admin::AddMailboxRequest request;
    if (auto filled = fill(request, arguments, options); !filled) return filled;
    if (auto read = read_credential(session, arguments, request); !read) return read;
    return show_one(session, request, mailbox_columns);
}
}  // namespace

const Verb mailbox_add{.group = "mailbox",
                       .name = "add",
                       .sentence = "Creates a mailbox.",
                       .example = "mailbox add ada@example.test --name 'Ada Lovelace' --password-stdin < password.txt",
                       .options = options,
                       .run = &run};

}  // namespace sky::skyctl
