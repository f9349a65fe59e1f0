#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"
#include "skyctl/credential.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"ADDRESS", Takes::text, Must::be_given, "The mailbox's address.", "address"},
    {"--name", Takes::text, Must::may_be_given, "What people call it.", "display_name"},
    {"--quota", Takes::octets, Must::may_be_given, "Most that it may hold; the service's default if not given.", "quota_bytes"},
    {"--plan", Takes::text, Must::may_be_given, "Its own plan; the tenant's if not given.", "plan"},
    {"--password-stdin", Takes::nothing, Must::may_be_given, "Reads the password from standard input: one line, by the tenant's rules."},
    {"--password-hash-stdin", Takes::nothing, Must::may_be_given,
     "Reads another system's hash of the password in its place ($6$…, {SSHA256}…): replaced at the first sign-in."},
};

Result<void> run(Session& session, const Arguments& arguments) {
    admin::AddMailboxRequest request;
    if (auto filled = fill(request, arguments, options); !filled) return filled;
    request.set_kind("service");
    if (auto read = read_credential(session, arguments, request); !read) return read;
    return show_one(session, request, mailbox_columns);
}
}  // namespace

const Verb service_add{.group = "service",
                       .name = "add",
                       .sentence = "Creates an account that a program signs in as.",
                       .example = "service add scanner@example.test --password-stdin < password.txt",
                       .options = options,
                       .run = &run};

}  // namespace sky::skyctl
