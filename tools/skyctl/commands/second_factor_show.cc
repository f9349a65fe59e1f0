#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"ADDRESS", Takes::text, Must::be_given, "The mailbox's address.", "address"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_one<admin::GetSecondFactorRequest>(session, arguments, options, second_factor_columns);
}
}  // namespace

const Verb second_factor_show{.group = "second-factor",
                              .name = "show",
                              .sentence = "Shows whether a mailbox has a second factor, and how many recovery codes are left.",
                              .example = "second-factor show ada@example.test",
                              .options = options,
                              .run = &run};

}  // namespace sky::skyctl
