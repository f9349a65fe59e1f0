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
    return ask_one<admin::AddContactRequest>(session, arguments, options, contact_columns);
}
}  // namespace

const Verb contact_add{.group = "contact",
                       .name = "add",
                       .sentence = "Puts somebody elsewhere on a tenant's address list.",
                       .example = "contact add bob@example.org --tenant example --name 'Bob' --company 'Parts Ltd'",
                       .options = options,
                       .run = &run};

}  // namespace sky::skyctl
