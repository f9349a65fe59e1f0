#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"--tenant", Takes::text, Must::may_be_given, "Only this tenant's.", "tenant"},
    {"--domain", Takes::text, Must::may_be_given, "Only of this domain.", "domain"},
    {"--text", Takes::text, Must::may_be_given, "Only with this in the address or the name.", "text"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    admin::ListMailboxesRequest request;
    if (auto filled = fill(request, arguments, options); !filled) return filled;
    request.set_kind("public_folders");
    return show_list(session, request, mailbox_columns);
}
}  // namespace

const Verb public_folders_list{.group = "public-folders",
                               .name = "list",
                               .sentence = "Lists trees of public folders.",
                               .example = "public-folders list --tenant example",
                               .options = options,
                               .run = &run};

}  // namespace sky::skyctl
