#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"ADDRESS", Takes::text, Must::be_given, "The alias.", "address"},
    {"TARGET", Takes::texts, Must::be_given, "Where its mail goes; one or more.", "targets"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_one<admin::AddAliasRequest>(session, arguments, options, alias_columns);
}
}  // namespace

const Verb alias_add{.group = "alias",
                     .name = "add",
                     .sentence = "Creates an address whose mail goes to other addresses, here or elsewhere.",
                     .example = "alias add office@example.test ada@example.test grace@example.test",
                     .options = options,
                     .run = &run};

}  // namespace sky::skyctl
