#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"DOMAIN", Takes::text, Must::be_given, "The domain's name.", "name"},
    {"--tenant", Takes::text, Must::be_given, "Whose it is.", "tenant"},
    {"--challenge", Takes::nothing, Must::may_be_given, "The DNS must prove it first: domain verify.", "challenge"},
    {"--alias-of", Takes::text, Must::may_be_given, "A domain of the tenant whose addresses all exist here too.", "alias_of"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_one<admin::AddDomainRequest>(session, arguments, options, domain_columns);
}
}  // namespace

const Verb domain_add{.group = "domain",
                      .name = "add",
                      .sentence = "Gives a domain to a tenant: its mail is taken from now on, or once the DNS proves whose it is.",
                      .example = "domain add example.test --tenant example",
                      .options = options,
                      .run = &run};

}  // namespace sky::skyctl
