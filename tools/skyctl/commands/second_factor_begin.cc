#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"ADDRESS", Takes::text, Must::be_given, "The mailbox's address.", "address"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_one<admin::BeginSecondFactorRequest>(session, arguments, options, new_second_factor_columns);
}
}  // namespace

const Verb second_factor_begin{.group = "second-factor",
                               .name = "begin",
                               .sentence = "Makes a new secret for one's own authenticator app; it counts once a code of it is confirmed.",
                               .example = "second-factor begin ada@example.test",
                               .options = options,
                               .run = &run};

}  // namespace sky::skyctl
