#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"ADDRESS", Takes::text, Must::be_given, "The mailbox's address.", "address"},
    {"--code-stdin", Takes::nothing, Must::be_given, "Reads a code of the app from standard input."},
};

Result<void> run(Session& session, const Arguments& arguments) {
    auto code = session.secret("code");
    if (!code) return forward(code);
    admin::RenewRecoveryCodesRequest request;
    if (auto filled = fill(request, arguments, options); !filled) return filled;
    request.set_code(*code);
    return show_one(session, request, recovery_code_columns);
}
}  // namespace

const Verb second_factor_renew_codes{.group = "second-factor",
                                     .name = "renew-codes",
                                     .sentence = "Puts new recovery codes in place of the old ones, and shows them once.",
                                     .example = "second-factor renew-codes ada@example.test --code-stdin < code.txt",
                                     .options = options,
                                     .run = &run};

}  // namespace sky::skyctl
