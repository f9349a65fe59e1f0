#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"ADDRESS", Takes::text, Must::be_given, "The mailbox's address.", "address"},
    {"--code-stdin", Takes::nothing, Must::may_be_given, "Reads a code of the app, or a recovery code, from standard input."},
};

Result<void> run(Session& session, const Arguments& arguments) {
    admin::RemoveSecondFactorRequest request;
    if (auto filled = fill(request, arguments, options); !filled) return filled;
    if (arguments.given("--code-stdin")) {
        auto code = session.secret("code");
        if (!code) return forward(code);
        request.set_code(*code);
    }
    return show_one(session, request, removal_columns);
}
}  // namespace

const Verb second_factor_remove{.group = "second-factor",
                                .name = "remove",
                                .sentence = "Removes a second factor; one's own needs a code, administrators of others need none.",
                                .example = "second-factor remove ada@example.test",
                                .options = options,
                                .run = &run};

}  // namespace sky::skyctl
