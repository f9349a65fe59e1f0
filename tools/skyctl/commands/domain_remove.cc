#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"DOMAIN", Takes::text, Must::be_given, "The domain's name.", "name"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_one<admin::RemoveDomainRequest>(session, arguments, options, removal_columns);
}
}  // namespace

const Verb domain_remove{.group = "domain",
                         .name = "remove",
                         .sentence = "Takes a domain from its tenant; it has no mailboxes, groups or aliases left.",
                         .example = "domain remove example.test",
                         .options = options,
                         .run = &run};

}  // namespace sky::skyctl
