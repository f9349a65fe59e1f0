#include "sky/json/read.h"
#include "skyctl/commands/commands.h"
#include "skyctl/files.h"
#include "skyctl/plan/plan.h"
#include "skyctl/session.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"-f,--file", Takes::text, Must::be_given, "The plan, as export writes it; - is standard input."},
    {"--dry-run", Takes::nothing, Must::may_be_given, "Says what would be done and does nothing."},
    {"--prune", Takes::nothing, Must::may_be_given,
     "Removes what the plan's tenants have of its lists and is not in them. Mailboxes go with their mail."},
};

Result<void> run(Session& session, const Arguments& arguments) {
    auto text = read_file(arguments.text("-f,--file"));
    if (!text) return forward(text);
    auto document = json::parse_object(*text, {.octets = std::size_t{64} << 20, .depth = 8, .members = 4'000'000});
    if (!document) return unexpected(Fault::syntax, "the plan is not a JSON object", document.error().reason);
    const auto outcome = plan::apply(session, *document, arguments.given("--prune") ? plan::Prune::yes : plan::Prune::no,
                                     arguments.given("--dry-run") ? plan::Run::dry : plan::Run::for_real);
    if (outcome.error && outcome.steps.empty()) return std::unexpected(*outcome.error);
    Table table({"verb", "kind", "key", "fields"});
    for (const auto& step : outcome.steps) table.add({step.verb, step.kind, step.key, step.fields});
    session.list(table);
    if (outcome.error) return std::unexpected(*outcome.error);
    return {};
}
}  // namespace

const Verb apply_verb{.group = "",
                      .name = "apply",
                      .sentence = "Makes the directory as a plan says; applying it again changes nothing.",
                      .example = "apply -f plan.json --dry-run",
                      .options = options,
                      .run = &run};

}  // namespace sky::skyctl
