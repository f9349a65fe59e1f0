#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"
#include "skyctl/day.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"--tenant", Takes::text, Must::may_be_given, "Only this tenant's.", "tenant"},
    {"--address", Takes::text, Must::may_be_given, "Of this address.", "address"},
    {"--outcome", Takes::text, Must::may_be_given, "proved, bad_credentials, limit, forbidden, ….", "outcome"},
    {"--since", Takes::text, Must::may_be_given, "From this day on (UTC): YYYY-MM-DD."},
    {"--until", Takes::text, Must::may_be_given, "Up to this day, which counts: YYYY-MM-DD."},
};

Result<void> run(Session& session, const Arguments& arguments) {
    admin::ListSignInsRequest request;
    if (auto filled = fill(request, arguments, options); !filled) return filled;
    if (auto set = set_days(request, arguments); !set) return set;
    return show_list(session, request, sign_in_columns);
}
}  // namespace

const Verb audit_sign_ins{.group = "audit",
                          .name = "sign-ins",
                          .sentence = "Lists sign-ins, newest first.",
                          .example = "audit sign-ins --address ada@example.test --since 2026-11-01",
                          .options = options,
                          .run = &run};

}  // namespace sky::skyctl
