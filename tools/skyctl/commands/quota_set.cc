#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"ADDRESS", Takes::text, Must::be_given, "The mailbox's address.", "address"},
    {"SIZE", Takes::octets, Must::be_given, "500M, 5G; 0: its plan's, else the service's default.", "quota_bytes"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_one<admin::ChangeMailboxRequest>(session, arguments, options, quota_columns);
}
}  // namespace

const Verb quota_set{.group = "quota",
                     .name = "set",
                     .sentence = "Sets how much a mailbox may hold, whatever its plan says.",
                     .example = "quota set ada@example.test 20G",
                     .options = options,
                     .run = &run};

}  // namespace sky::skyctl
