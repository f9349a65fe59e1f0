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
    request.set_kind("service");
    return show_list(session, request, mailbox_columns);
}
}  // namespace

const Verb service_list{.group = "service",
                        .name = "list",
                        .sentence = "Lists accounts of services.",
                        .example = "service list --tenant example",
                        .options = options,
                        .run = &run};

}  // namespace sky::skyctl
