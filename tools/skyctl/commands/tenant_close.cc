#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"
#include "skyctl/day.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"NAME", Takes::text, Must::be_given, "The tenant's name.", "name"},
    {"--on", Takes::text, Must::be_given, "The day (UTC) on which everything of it is removed: YYYY-MM-DD."},
};

Result<void> run(Session& session, const Arguments& arguments) {
    admin::SetTenantStateRequest request;
    if (auto filled = fill(request, arguments, options); !filled) return filled;
    const auto day = parse_day(arguments.text("--on"));
    if (!day) return unexpected(Fault::syntax, "--on is a day: YYYY-MM-DD");
    request.set_state("closing");
    request.set_closes(*day);
    return show_one(session, request, tenant_columns);
}
}  // namespace

const Verb tenant_close{.group = "tenant",
                        .name = "close",
                        .sentence = "Closes a tenant: it refuses mail and sign-in, and is removed with everything in it on the day given.",
                        .example = "tenant close example --on 2027-01-31",
                        .options = options,
                        .run = &run};

}  // namespace sky::skyctl
