#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"NAME", Takes::text, Must::be_given, "The domain.", "name"},
    {"--separator", Takes::text, Must::may_be_given, "What stands between user and tag: one of + - _ . = #; empty: nothing does.",
     "separator"},
    {"--catch-all", Takes::text, Must::may_be_given, "Where mail for unknown addresses goes; empty: it is refused.", "catch_all"},
    {"--alias-of", Takes::text, Must::may_be_given, "A domain of the tenant whose addresses all exist here too; empty: none.", "alias_of"},
    {"--state", Takes::text, Must::may_be_given, "active or suspended.", "state"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_one<admin::ChangeDomainRequest>(session, arguments, options, domain_columns);
}
}  // namespace

const Verb domain_change{.group = "domain",
                         .name = "change",
                         .sentence = "Changes how mail of a domain finds its way.",
                         .example = "domain change example.test --separator - --catch-all office@example.test",
                         .options = options,
                         .run = &run};

}  // namespace sky::skyctl
