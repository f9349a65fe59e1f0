#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"ADDRESS", Takes::text, Must::be_given, "Whose.", "address"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_one<admin::GetPreferencesRequest>(session, arguments, options, preferences_columns);
}
}  // namespace

const Verb preferences_get{.group = "preferences",
                           .name = "get",
                           .sentence = "Shows the language and time zone that somebody chose.",
                           .example = "preferences get ada@example.test",
                           .options = options,
                           .run = &run};

}  // namespace sky::skyctl
