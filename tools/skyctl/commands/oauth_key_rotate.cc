#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"--drop-others", Takes::nothing, Must::may_be_given,
     "They may be in wrong hands: the new ones sign at once, the others are trusted no more."},
};

Result<void> run(Session& session, const Arguments& arguments) {
    admin::RotateOAuthKeysRequest request;
    request.set_drop_others(arguments.given("--drop-others"));
    return show_list(session, request, oauth_key_columns);
}
}  // namespace

const Verb oauth_key_rotate{.group = "oauth-key",
                            .name = "rotate",
                            .sentence = "Makes new keys for identity tokens outside of the schedule.",
                            .example = "oauth-key rotate",
                            .options = options,
                            .run = &run};

}  // namespace sky::skyctl
