#include "skyctl/commands/commands.h"
#include "skyctl/session.h"
#include "skyctl/tables.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"ADDRESS", Takes::text, Must::be_given, "The alias."},
    {"TARGET", Takes::texts, Must::be_given, "Where its mail goes; one or more."},
};

Result<void> run(Session& session, const Arguments& arguments) {
    admin::AddAliasRequest request;
    request.set_address(arguments.text("ADDRESS"));
    for (const auto& target : arguments.texts("TARGET")) request.add_targets(target);
    request.set_idempotency_key(new_idempotency_key());
    auto reply = session.call<admin::Alias>(request);
    if (!reply) return forward(reply);
    session.one(alias_table({*reply}));
    return {};
}
}  // namespace

const Verb alias_add{.group = "alias",
                     .name = "add",
                     .sentence = "Creates an address whose mail goes to other addresses, here or elsewhere.",
                     .example = "alias add office@example.test ada@example.test grace@example.test",
                     .options = options,
                     .run = &run};

}  // namespace sky::skyctl
