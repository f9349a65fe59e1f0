#include "skybridge/admin/v1/oidc.pb.h"
#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"TENANT", Takes::text, Must::be_given, "The tenant's name.", "tenant"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_one<admin::RemoveOidcProviderRequest>(session, arguments, options, removal_columns);
}
}  // namespace

const Verb oidc_provider_remove{.group = "oidc-provider",
                                .name = "remove",
                                .sentence = "Removes a tenant's provider; its people sign in with their passwords again.",
                                .example = "oidc-provider remove example",
                                .options = options,
                                .run = &run};

}  // namespace sky::skyctl
