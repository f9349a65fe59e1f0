#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"
#include "skyctl/day.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"--tenant", Takes::text, Must::may_be_given, "Over this tenant; if not given: the platform.", "tenant"},
    {"--label", Takes::text, Must::may_be_given, "What it is for.", "label"},
    {"--role", Takes::text, Must::may_be_given, "At most this role: user, help_desk, tenant, reseller, platform.", "role"},
    {"--networks", Takes::texts, Must::may_be_given, "Where it may be used: 192.0.2.0/24 2001:db8::/32.", "networks"},
    {"--until", Takes::text, Must::may_be_given, "Its last day (UTC): YYYY-MM-DD."},
};

Result<void> run(Session& session, const Arguments& arguments) {
    admin::AddProgramTokenRequest request;
    if (auto filled = fill(request, arguments, options); !filled) return filled;
    if (arguments.given("--until")) {
        const auto day = parse_day(arguments.text("--until"));
        if (!day) return unexpected(Fault::syntax, "--until is a day: YYYY-MM-DD");
        request.set_expires(*day + 86400);
    }
    return show_one(session, request, new_token_columns);
}
}  // namespace

const Verb token_add_program{.group = "token",
                             .name = "add-program",
                             .sentence = "Makes a token for a program, over a tenant or the platform; it is shown once.",
                             .example = "token add-program --tenant example --label provisioning",
                             .options = options,
                             .run = &run};

}  // namespace sky::skyctl
