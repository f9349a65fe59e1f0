#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"NAME", Takes::text, Must::be_given, "The domain.", "name"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_one<admin::GetDomainRequest>(session, arguments, options, domain_columns);
}
}  // namespace

const Verb domain_get{.group = "domain",
                      .name = "get",
                      .sentence = "Shows a domain and what proves it.",
                      .example = "domain get example.test",
                      .options = options,
                      .run = &run};

}  // namespace sky::skyctl
