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
    request.set_kind("equipment");
    return show_one(session, request, mailbox_columns);
}
}  // namespace

const Verb equipment_add{.group = "equipment",
                         .name = "add",
                         .sentence = "Creates a thing that can be booked; nobody signs in as it.",
                         .example = "equipment add projector@example.test --name 'Projector'",
                         .options = options,
                         .run = &run};

}  // namespace sky::skyctl
