#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"--tenant", Takes::text, Must::may_be_given, "Only this tenant's.", "tenant"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_list<admin::ListContactsRequest>(session, arguments, options, contact_columns);
}
}  // namespace

const Verb contact_list{.group = "contact",
                        .name = "list",
                        .sentence = "Lists contacts.",
                        .example = "contact list --tenant example",
                        .options = options,
                        .run = &run};

}  // namespace sky::skyctl
