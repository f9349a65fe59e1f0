#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"
#include "skyctl/day.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"ADDRESS", Takes::text, Must::be_given, "Whose.", "address"},
    {"--label", Takes::text, Must::may_be_given, "What it is for.", "label"},
    {"--role", Takes::text, Must::may_be_given, "At most this role: user, help_desk, tenant, reseller, platform.", "role"},
    {"--networks", Takes::texts, Must::may_be_given, "Where it may be used: 192.0.2.0/24 2001:db8::/32.", "networks"},
    {"--until", Takes::text, Must::may_be_given, "Its last day (UTC): YYYY-MM-DD."},
    {"--over", Takes::text, Must::may_be_given, "Only over this tenant.", "over"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    admin::AddTokenRequest request;
    if (auto filled = fill(request, arguments, options); !filled) return filled;
    if (arguments.given("--until")) {
        const auto day = parse_day(arguments.text("--until"));
        if (!day) return unexpected(Fault::syntax, "--until is a day: YYYY-MM-DD");
        request.set_expires(*day + 86400);
    }
    return show_one(session, request, new_token_columns);
}
}  // namespace

const Verb token_add{.group = "token",
                     .name = "add",
                     .sentence = "Makes a token that speaks for a person; it is shown once.",
                     .example = "token add ada@example.test --label laptop --until 2027-01-31",
                     .options = options,
                     .run = &run};

}  // namespace sky::skyctl
