#include "sky/base/ascii.h"
#include "skyctl/commands/commands.h"
#include "skyctl/session.h"
#include "skyctl/tables.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"NAME", Takes::text, Must::be_given, "The tenant's name."},
    {"--name", Takes::text, Must::may_be_given, "What people call it."},
    {"--plan", Takes::text, Must::may_be_given, "Plan of mailboxes that have none of their own; empty: none."},
    {"--scram", Takes::text, Must::may_be_given, "on: main passwords set from now on may be used with SCRAM too; off: they may not."},
    {"--shortest-password", Takes::number, Must::may_be_given, "Characters that a password must have: 8 to 128."},
    {"--password-history", Takes::number, Must::may_be_given, "How many older passwords may not come back: 0 to 24."},
    {"--second-factor", Takes::text, Must::may_be_given, "on: everybody needs one; off: whoever wants one has one."},
    {"--address-list", Takes::text, Must::may_be_given, "on: its people see its address list; off: they don't."},
};

Result<bool> on_or_off(const Arguments& arguments, std::string_view option) {
    const std::string text = arguments.text(option);
    if (text != "on" && text != "off") return unexpected(Fault::syntax, std::string(option) + " is on or off");
    return text == "on";
}

Result<void> run(Session& session, const Arguments& arguments) {
    admin::ChangeTenantRequest request;
    request.set_name(arguments.text("NAME"));
    if (arguments.given("--name")) request.set_display_name(arguments.text("--name"));
    if (arguments.given("--plan")) request.set_plan(arguments.text("--plan"));
    if (arguments.given("--shortest-password"))
        request.set_shortest_password(static_cast<std::uint32_t>(arguments.number("--shortest-password")));
    if (arguments.given("--password-history"))
        request.set_password_history(static_cast<std::uint32_t>(arguments.number("--password-history")));
    struct Switch {
        std::string_view option;
        void (admin::ChangeTenantRequest::*set)(bool);
    };
    for (const Switch& one : {Switch{"--scram", &admin::ChangeTenantRequest::set_scram_for_main},
                              Switch{"--second-factor", &admin::ChangeTenantRequest::set_second_factor_required},
                              Switch{"--address-list", &admin::ChangeTenantRequest::set_address_list}}) {
        if (!arguments.given(one.option)) continue;
        const auto value = on_or_off(arguments, one.option);
        if (!value) return forward(value);
        (request.*one.set)(*value);
    }
    request.set_idempotency_key(new_idempotency_key());
    auto reply = session.call<admin::Tenant>(request);
    if (!reply) return forward(reply);
    session.one(tenant_table({*reply}));
    return {};
}
}  // namespace

const Verb tenant_change{.group = "tenant",
                         .name = "change",
                         .sentence = "Changes a tenant: its name, its plan, how its people sign in.",
                         .example = "tenant change example --scram on --shortest-password 12",
                         .options = options,
                         .run = &run};

}  // namespace sky::skyctl
