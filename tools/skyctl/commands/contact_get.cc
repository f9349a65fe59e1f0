#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"ADDRESS", Takes::text, Must::be_given, "The contact's address, elsewhere.", "address"},
    {"--tenant", Takes::text, Must::be_given, "Whose contact.", "tenant"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_one<admin::GetContactRequest>(session, arguments, options, contact_columns);
}
}  // namespace

const Verb contact_get{.group = "contact",
                       .name = "get",
                       .sentence = "Shows a contact.",
                       .example = "contact get bob@example.org --tenant example",
                       .options = options,
                       .run = &run};

}  // namespace sky::skyctl
