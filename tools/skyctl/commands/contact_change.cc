#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"ADDRESS", Takes::text, Must::be_given, "The contact's address, elsewhere.", "address"},
    {"--tenant", Takes::text, Must::be_given, "Whose contact.", "tenant"},
    {"--name", Takes::text, Must::may_be_given, "The name, as others see it.", "display_name"},
    {"--title", Takes::text, Must::may_be_given, "Title.", "title"},
    {"--company", Takes::text, Must::may_be_given, "Company.", "company"},
    {"--phone", Takes::text, Must::may_be_given, "Telephone number.", "phone"},
    {"--mobile", Takes::text, Must::may_be_given, "Mobile number.", "mobile"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_one<admin::ChangeContactRequest>(session, arguments, options, contact_columns);
}
}  // namespace

const Verb contact_change{.group = "contact",
                          .name = "change",
                          .sentence = "Changes a contact: what is given, and nothing else.",
                          .example = "contact change bob@example.org --tenant example --phone '+1 555 0100'",
                          .options = options,
                          .run = &run};

}  // namespace sky::skyctl
