#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"ADDRESS", Takes::text, Must::be_given, "The mailbox's address.", "address"},
    {"--name", Takes::text, Must::may_be_given, "What people call it.", "display_name"},
    {"--quota", Takes::octets, Must::may_be_given, "Most that it may hold; the service's default if not given.", "quota_bytes"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    admin::AddMailboxRequest request;
    if (auto filled = fill(request, arguments, options); !filled) return filled;
    request.set_kind("public_folders");
    return show_one(session, request, mailbox_columns);
}
}  // namespace

const Verb public_folders_add{.group = "public-folders",
                              .name = "add",
                              .sentence = "Creates a tree of public folders; nobody signs in as it.",
                              .example = "public-folders add folders@example.test --name 'Folders'",
                              .options = options,
                              .run = &run};

}  // namespace sky::skyctl
