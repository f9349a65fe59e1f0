#include "skybridge/admin/v1/oidc.pb.h"
#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"TENANT", Takes::text, Must::be_given, "The tenant's name.", "tenant"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_one<admin::GetOidcProviderRequest>(session, arguments, options, oidc_provider_columns);
}
}  // namespace

const Verb oidc_provider_get{.group = "oidc-provider",
                             .name = "get",
                             .sentence = "Shows a tenant's provider, without the secret.",
                             .example = "oidc-provider get example",
                             .options = options,
                             .run = &run};

}  // namespace sky::skyctl
