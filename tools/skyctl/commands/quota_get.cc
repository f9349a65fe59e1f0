#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"ADDRESS", Takes::text, Must::be_given, "The mailbox's address.", "address"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_one<admin::GetMailboxRequest>(session, arguments, options, quota_columns);
}
}  // namespace

const Verb quota_get{
    .group = "quota",
    .name = "get",
    .sentence =
        "Shows what a mailbox uses and may use, where that limit comes from (own, plan, pool, default), and what all of a pool use.",
    .example = "quota get ada@example.test",
    .options = options,
    .run = &run};

}  // namespace sky::skyctl
