#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"ADDRESS", Takes::text, Must::be_given, "The alias.", "address"},
    {"TARGET", Takes::texts, Must::be_given, "Where its mail goes; one or more.", "targets"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_one<admin::ChangeAliasRequest>(session, arguments, options, alias_columns);
}
}  // namespace

const Verb alias_change{.group = "alias",
                        .name = "change",
                        .sentence = "Puts other targets in place of those of an alias.",
                        .example = "alias change office@example.test ada@example.test",
                        .options = options,
                        .run = &run};

}  // namespace sky::skyctl
