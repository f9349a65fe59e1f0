#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"ADDRESS", Takes::text, Must::be_given, "Whose.", "address"},
    {"--language", Takes::text, Must::may_be_given, "As a tag: en-AU. Empty: not said any more.", "language"},
    {"--time-zone", Takes::text, Must::may_be_given, "Australia/Melbourne, or the name that Windows has for it. Empty: not said any more.",
     "time_zone"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_one<admin::SetPreferencesRequest>(session, arguments, options, preferences_columns);
}
}  // namespace

const Verb preferences_set{.group = "preferences",
                           .name = "set",
                           .sentence = "Chooses somebody's language and time zone.",
                           .example = "preferences set ada@example.test --language en-AU --time-zone Australia/Melbourne",
                           .options = options,
                           .run = &run};

}  // namespace sky::skyctl
