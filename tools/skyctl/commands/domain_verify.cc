#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"NAME", Takes::text, Must::be_given, "The domain.", "name"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_one<admin::VerifyDomainRequest>(session, arguments, options, domain_columns);
}
}  // namespace

const Verb domain_verify{.group = "domain",
                         .name = "verify",
                         .sentence = "Looks for the TXT record that proves a domain; found, the domain takes over its mail.",
                         .example = "domain verify example.test",
                         .options = options,
                         .run = &run};

}  // namespace sky::skyctl
