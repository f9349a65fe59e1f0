#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"--token-stdin", Takes::nothing, Must::be_given, "Reads the setup token from standard input."},
    {"--label", Takes::text, Must::may_be_given, "What the new token is for.", "label"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    admin::UseSetupTokenRequest request;
    if (auto filled = fill(request, arguments, options); !filled) return filled;
    auto token = session.password();
    if (!token) return forward(token);
    request.set_setup_token(*token);
    return show_one(session, request, new_token_columns);
}
}  // namespace

const Verb token_setup{.group = "token",
                       .name = "setup",
                       .sentence = "Exchanges the token of the first start for a token of the platform.",
                       .example = "token setup --token-stdin < setup-token",
                       .options = options,
                       .run = &run};

}  // namespace sky::skyctl
